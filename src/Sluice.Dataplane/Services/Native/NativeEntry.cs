using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Dataplane.Services.Native;

/// <summary>A rule that sends packets on by what their destination is: a verdict map keyed by address, protocol and port, or by the last two.</summary>
/// <param name="Place">The rule.</param>
/// <param name="Map">The map.</param>
/// <param name="RulesToReach">Rules compared up to it; null when no base chain leads there.</param>
/// <param name="IsNat">Whether nat chains lead there, which is where packets are sent on; else they are only refused.</param>
internal sealed record NativeEntry(RuleReference Place, NftSet Map, int? RulesToReach, bool IsNat)
{
    /// <summary>Whether keys have no address: node ports.</summary>
    public bool IsNodePort => Map.Key.Parts.Count == 2;

    /// <summary>The destination of an element.</summary>
    public NativeKey KeyOf(SetElement element)
    {
        var at = IsNodePort ? 0 : Map.Key.Parts[0].Bytes;
        return new NativeKey(
            IsNodePort ? null : element.First.Slice(0, at).ToAddress(),
            new L4Protocol(element.First.Span[at]),
            (int)element.First.Slice(at + 4, 2).ToNumber());
    }

    /// <summary>The entry that a rule is; null for other rules.</summary>
    public static NativeEntry? Of(Table table, Chain chain, int index, int? before, bool isNat) =>
        chain.Rules[index].Verdict is Verdict.Lookup { Key: var key, Set: NftSetReference.Named { Name: var name } } && !AsksConnection(key) &&
        table.FindSet(name) is { } map && IsDestination(map.Key)
            ? new NativeEntry(RuleReference.Of(table, chain, index), map, before + index + 1, isNat)
            : null;

    /// <summary>The node's addresses that the rule serves node ports on; none when it takes every local one.</summary>
    public IEnumerable<NetAddress> NodeAddresses(Table table)
    {
        foreach (var part in Place.Rule.Parts)
        {
            if (part is NftMatch { Inverted: false, Left: NftExpression.Payload { Field: var field }, Right: var right } &&
                (field == PayloadField.IPv4Destination || field == PayloadField.IPv6Destination))
            {
                return Values(table, right).OfType<NetAddress>();
            }
        }

        return [];
    }

    private static IEnumerable<NetAddress?> Values(Table table, NftOperand operand) => operand switch
    {
        NftOperand.Values values when values.First == values.Last => [values.First.ToAddress()],
        NftOperand.InSet { Set: NftSetReference.Named named } => table.FindSet(named.Name)?.Elements.Where(e => e.IsSingle).Select(e => e.First.ToAddress()) ?? [],
        NftOperand.InSet { Set: NftSetReference.Anonymous anonymous } => anonymous.Set.Elements.Where(e => e.IsSingle).Select(e => e.First.ToAddress()),
        _ => [],
    };

    // What a connection's first packet went to is asked to remember clients, not to send the packet on.
    private static bool AsksConnection(NftExpression key) => key switch
    {
        NftExpression.Conntrack => true,
        NftExpression.Concatenation { Parts: var parts } => parts.Any(p => p is NftExpression.Conntrack),
        _ => false,
    };

    private static bool IsDestination(NftKeyType key)
    {
        var last = key.Parts.Count - 1;
        return key.Parts.Count is 2 or 3 && key.Parts[last - 1] == NftType.InetProtocol && key.Parts[last] == NftType.InetService &&
            (last == 1 || key.Parts[0] == NftType.IPv4Address || key.Parts[0] == NftType.IPv6Address);
    }
}

/// <summary>Where a packet goes to.</summary>
/// <param name="Address">The address; null for a node port.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Port">The port.</param>
internal readonly record struct NativeKey(NetAddress? Address, L4Protocol Protocol, int Port);
