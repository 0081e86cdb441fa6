using Sluice.Net;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Rules;

/// <summary>
/// Finds the rules of a chain that can match a destination. KUBE-SERVICES has a rule per Service address: the kernel tries each;
/// a tracer that must answer for thousands of Services need not, as long as it counts the rules it skips.
/// </summary>
internal sealed class ChainIndex
{
    // Below this many rules a walk is as fast as a look-up.
    private const int Threshold = 32;

    private static readonly ChainIndex s_none = new(null, []);

    private readonly Dictionary<NetAddress, List<int>>? _byDestination;
    private readonly int[] _others;

    private ChainIndex(Dictionary<NetAddress, List<int>>? byDestination, int[] others)
    {
        _byDestination = byDestination;
        _others = others;
    }

    /// <summary>Groups the rules that ask for one destination address; the others stay in order.</summary>
    public static ChainIndex Of(ReadOnlySpan<Rule> rules)
    {
        if (rules.Length < Threshold)
        {
            return s_none;
        }

        var byDestination = new Dictionary<NetAddress, List<int>>();
        var others = new List<int>();
        for (var i = 0; i < rules.Length; i++)
        {
            if (SingleDestination(rules[i]) is { } address)
            {
                ref var list = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(byDestination, address, out _);
                (list ??= []).Add(i);
            }
            else
            {
                others.Add(i);
            }
        }

        return new ChainIndex(byDestination, [.. others]);
    }

    /// <summary>The first rule at or after the position that can match the destination; the length of the chain when there is none.</summary>
    public int Next(int position, NetAddress destination, int length)
    {
        if (_byDestination is null)
        {
            return position;
        }

        var next = length;
        if (_byDestination.TryGetValue(destination, out var hits))
        {
            var found = hits.BinarySearch(position);
            found = found < 0 ? ~found : found;
            next = found < hits.Count ? hits[found] : length;
        }

        var other = Array.BinarySearch(_others, position);
        other = other < 0 ? ~other : other;
        return other < _others.Length ? Math.Min(next, _others[other]) : next;
    }

    // The first part must be the address: parts to its left could fork or end the rule before it is looked at.
    private static NetAddress? SingleDestination(Rule rule)
    {
        foreach (var part in rule.Parts.Span)
        {
            switch (part)
            {
                case AddressMatch { End: PacketEnd.Destination, Inverted: false, Prefix.IsHost: true } match:
                    return match.Prefix.Address;
                case NftMatch { Left: NftExpression.Payload { Field: var field }, Right: NftOperand.Values values, Inverted: false }
                    when values.First == values.Last && (field == PayloadField.IPv4Destination || field == PayloadField.IPv6Destination):
                    return values.First.ToAddress();
                case AddressMatch or CommentMatch:
                    continue;
                default:
                    return null;
            }
        }

        return null;
    }
}
