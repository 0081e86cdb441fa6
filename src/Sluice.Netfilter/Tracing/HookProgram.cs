using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>What the kernel calls at one hook, in order: base chains of all tables, and between them connection tracking and translation.</summary>
internal sealed class HookProgram
{
    private const int ConntrackPriority = -200;
    private const int DestinationNatPriority = -100;
    private const int SourceNatPriority = 100;

    private HookProgram(IReadOnlyList<HookItem> items) => Items = items;

    /// <summary>The items by priority.</summary>
    public IReadOnlyList<HookItem> Items { get; }

    /// <summary>The programs of all hooks for one family of a ruleset, by hook.</summary>
    public static HookProgram[] Of(Ruleset ruleset, IPFamily family)
    {
        var items = Enum.GetValues<Hook>().Select(BuiltIn).ToArray();
        foreach (var table in ruleset.Of(family))
        {
            foreach (var chain in table.Chains)
            {
                if (chain.Base is { } place)
                {
                    items[(int)place.Hook].Add((place.Priority, new HookItem.CallChain(table, chain, place)));
                }
            }
        }

        // A stable sort: tables of equal priority are called in the order they were registered.
        return [.. items.Select(list => new HookProgram([.. list.OrderBy(i => i.Priority).Select(i => i.Item)]))];
    }

    private static List<(int Priority, HookItem Item)> BuiltIn(Hook hook) => hook switch
    {
        Hook.Prerouting or Hook.Output => [(ConntrackPriority, HookItem.Track.Instance), (DestinationNatPriority, HookItem.TranslateKnown.Destination)],
        Hook.Postrouting or Hook.Input => [(SourceNatPriority, HookItem.TranslateKnown.Source)],
        _ => [],
    };
}

/// <summary>Something the kernel calls at a hook.</summary>
internal abstract record HookItem
{
    private HookItem()
    {
    }

    /// <summary>A base chain.</summary>
    public sealed record CallChain(Table Table, Chain Chain, BaseChain Place) : HookItem;

    /// <summary>Connection tracking looks the packet up.</summary>
    public sealed record Track : HookItem
    {
        public static readonly Track Instance = new();
    }

    /// <summary>A connection's translation, chosen with its first packet, is applied.</summary>
    public sealed record TranslateKnown(bool IsDestination) : HookItem
    {
        public static readonly TranslateKnown Destination = new(IsDestination: true);
        public static readonly TranslateKnown Source = new(IsDestination: false);
    }
}
