using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>What the kernel calls at one hook, in order: base chains of all tables, and between them connection tracking and translation.</summary>
internal sealed class HookProgram
{
    private HookProgram(IReadOnlyList<HookItem> items) => Items = items;

    /// <summary>The items by priority.</summary>
    public IReadOnlyList<HookItem> Items { get; }

    /// <summary>The programs of all hooks for one family of a ruleset, by hook.</summary>
    public static HookProgram[] Of(NodeSnapshot node, IPFamily family, bool isTracked)
    {
        List<HookItem.CallChain> chains = [.. from table in node.Ruleset.Of(family)
                                              where !table.IsDormant
                                              from chain in table.Chains
                                              where chain.Base is not null
                                              select new HookItem.CallChain(table, chain, chain.Base!)];
        return [.. Enum.GetValues<Hook>().Select(hook => new HookProgram(InOrder(BuiltIn(hook, isTracked, IsBalanced(node, family)), hook, chains)))];
    }

    // Of equal priority, what was registered last is called first (nf_hook_entries_grow); the dump's order is taken for the order of
    // registration. All nat chains are called from one place, registered with the first of them (nf_nat_register_fn): their own
    // priorities only order them among each other. Connection tracking comes when a rule needs it, after the chains.
    private static List<HookItem> InOrder(IEnumerable<HookItem> builtIn, Hook hook, List<HookItem.CallChain> chains)
    {
        var firstNat = chains.FindIndex(c => c.Place.Type == ChainType.Nat);
        return
        [
            .. builtIn.Select(item => (Item: item, Age: item is not HookItem.TranslateKnown || firstNat < 0 ? int.MaxValue : firstNat, Own: int.MinValue, Place: 0))
                .Concat(chains.Select((chain, i) => (Item: (HookItem)chain, Age: chain.Place.Type == ChainType.Nat ? firstNat : i, Own: chain.Place.Priority, Place: i))
                    .Where(c => ((HookItem.CallChain)c.Item).Place.Hook == hook))
                .OrderBy(c => c.Item.Priority).ThenByDescending(c => c.Age).ThenBy(c => c.Own).ThenByDescending(c => c.Place)
                .Select(c => c.Item),
        ];
    }

    private static IEnumerable<HookItem> BuiltIn(Hook hook, bool isTracked, bool isBalanced)
    {
        if (isTracked && hook is Hook.Prerouting or Hook.Output)
        {
            yield return HookItem.Track.Instance;
        }

        if (hook != Hook.Forward)
        {
            yield return hook is Hook.Prerouting or Hook.Output ? HookItem.TranslateKnown.Destination : HookItem.TranslateKnown.Source;
        }

        if (isBalanced && hook is Hook.Input or Hook.Output or Hook.Forward)
        {
            yield return new HookItem.Balance(hook, IsAnswer: true);
        }

        if (isBalanced && hook is Hook.Input or Hook.Output)
        {
            yield return new HookItem.Balance(hook, IsAnswer: false);
        }
    }

    // The kernel registers the hooks of IPVS with the first virtual server of a family.
    private static bool IsBalanced(NodeSnapshot node, IPFamily family) => node.Ipvs?.Servers.Any(s => s.Key.PacketFamily == family) == true;
}

/// <summary>Something the kernel calls at a hook.</summary>
internal abstract record HookItem
{
    // Connection tracking and translation (linux/netfilter_ipv4.h).
    private const int ConntrackPriority = -200;
    private const int DestinationNatPriority = -100;
    private const int SourceNatPriority = 100;

    private HookItem()
    {
    }

    /// <summary>When it is called, lower first.</summary>
    public abstract int Priority { get; }

    /// <summary>A base chain.</summary>
    public sealed record CallChain(Table Table, Chain Chain, BaseChain Place) : HookItem
    {
        public override int Priority => Place switch
        {
            { Type: not ChainType.Nat } => Place.Priority,
            { Hook: Hook.Prerouting or Hook.Output } => DestinationNatPriority,
            _ => SourceNatPriority,
        };
    }

    /// <summary>Connection tracking looks the packet up.</summary>
    public sealed record Track : HookItem
    {
        public static readonly Track Instance = new();

        public override int Priority => ConntrackPriority;
    }

    /// <summary>IPVS looks whether it balances the packet (ip_vs_ops4 in net/netfilter/ipvs/ip_vs_core.c).</summary>
    /// <param name="Hook">Where.</param>
    /// <param name="IsAnswer">Whether it looks for answers of real servers, else for what clients send.</param>
    public sealed record Balance(Hook Hook, bool IsAnswer) : HookItem
    {
        public override int Priority => (Hook, IsAnswer) switch
        {
            (Hook.Input, true) => SourceNatPriority - 2,
            (Hook.Input, false) => SourceNatPriority - 1,
            (Hook.Output, true) => DestinationNatPriority + 1,
            (Hook.Output, false) => DestinationNatPriority + 2,
            _ => SourceNatPriority,
        };
    }

    /// <summary>A connection's translation, chosen with its first packet, is applied.</summary>
    public sealed record TranslateKnown(bool IsDestination) : HookItem
    {
        public static readonly TranslateKnown Destination = new(IsDestination: true);
        public static readonly TranslateKnown Source = new(IsDestination: false);

        public override int Priority => IsDestination ? DestinationNatPriority : SourceNatPriority;
    }
}
