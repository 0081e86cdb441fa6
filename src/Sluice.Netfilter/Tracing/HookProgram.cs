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
    public static HookProgram[] Of(Ruleset ruleset, IPFamily family)
    {
        List<HookItem>[] items = [BuiltIn(Hook.Prerouting), BuiltIn(Hook.Input), BuiltIn(Hook.Forward), BuiltIn(Hook.Output), BuiltIn(Hook.Postrouting)];
        foreach (var table in ruleset.Of(family))
        {
            foreach (var chain in table.Chains)
            {
                if (chain.Base is { } place)
                {
                    Insert(items[(int)place.Hook], new HookItem.CallChain(table, chain, place));
                }
            }
        }

        return [.. items.Select(list => new HookProgram(list))];
    }

    // Of equal priority, what was registered first is called first.
    private static void Insert(List<HookItem> items, HookItem item)
    {
        var at = items.Count;
        while (at > 0 && items[at - 1].Priority > item.Priority)
        {
            at--;
        }

        items.Insert(at, item);
    }

    private static List<HookItem> BuiltIn(Hook hook) => hook switch
    {
        Hook.Prerouting or Hook.Output => [HookItem.Track.Instance, HookItem.TranslateKnown.Destination],
        Hook.Postrouting or Hook.Input => [HookItem.TranslateKnown.Source],
        _ => [],
    };
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
        public override int Priority => Place.Priority;
    }

    /// <summary>Connection tracking looks the packet up.</summary>
    public sealed record Track : HookItem
    {
        public static readonly Track Instance = new();

        public override int Priority => ConntrackPriority;
    }

    /// <summary>A connection's translation, chosen with its first packet, is applied.</summary>
    public sealed record TranslateKnown(bool IsDestination) : HookItem
    {
        public static readonly TranslateKnown Destination = new(IsDestination: true);
        public static readonly TranslateKnown Source = new(IsDestination: false);

        public override int Priority => IsDestination ? DestinationNatPriority : SourceNatPriority;
    }
}
