using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Dataplane.Services.Native;

/// <summary>Finds the sources that an address is open to, where rules drop all others.</summary>
internal sealed class NativeSources(Table table)
{
    private readonly Dictionary<NftValue, List<Prefix>> _bySet = CollectSets(table);

    /// <summary>The sources; empty for all.</summary>
    /// <param name="element">The element of a verdict map.</param>
    /// <param name="maps">Maps that may lead the same key to a chain of its own that drops others.</param>
    public IReadOnlyList<Prefix> Of(SetElement element, IEnumerable<NftSet> maps)
    {
        if (_bySet.TryGetValue(element.First, out var sources))
        {
            return sources;
        }

        foreach (var map in maps)
        {
            if (map.Key.Bytes == element.First.Length && map.Find(element.First) is { } found && NativeName.TargetOf(found) is { } name && table.FindChain(name) is { } chain)
            {
                foreach (var rule in chain.Rules)
                {
                    if (rule.Verdict is Verdict.Drop && rule.Find<NftMatch>() is { Inverted: true, Left: NftExpression.Payload { Field.Name: "saddr" }, Right: var right })
                    {
                        return Prefixes(right);
                    }
                }
            }
        }

        return [];
    }

    // A set keyed by a destination with a source behind it, which a rule drops all others by.
    private static Dictionary<NftValue, List<Prefix>> CollectSets(Table table)
    {
        var result = new Dictionary<NftValue, List<Prefix>>();
        foreach (var set in table.Sets)
        {
            if (set.Data is not null || set.Key.Parts.Count != 4 || set.Key.Parts[0] != set.Key.Parts[3] || set.Key.Parts[2] != NftType.InetService)
            {
                continue;
            }

            var address = set.Key.Parts[0].Bytes;
            foreach (var element in set.Elements)
            {
                var key = element.First.Slice(0, element.First.Length - address);
                if (!result.TryGetValue(key, out var sources))
                {
                    result.Add(key, sources = []);
                }

                sources.AddRange(Between(element.First.Slice(key.Length, address), element.Last.Slice(key.Length, address)));
            }
        }

        return result;
    }

    private static IReadOnlyList<Prefix> Prefixes(NftOperand operand) => operand switch
    {
        NftOperand.Values values => [.. Between(values.First, values.Last)],
        NftOperand.InSet { Set: NftSetReference.Anonymous anonymous } => [.. anonymous.Set.Elements.SelectMany(e => Between(e.First, e.Last))],
        _ => [],
    };

    // The fewest prefixes that make up a range.
    private static IEnumerable<Prefix> Between(NftValue first, NftValue last)
    {
        if (first.ToAddress() is not { } low || last.ToAddress() is not { } high)
        {
            yield break;
        }

        var at = low.Bits;
        while (at <= high.Bits)
        {
            var free = at == 0 ? low.Width : Math.Min((int)UInt128.TrailingZeroCount(at), low.Width);
            while (free > 0 && at + ((UInt128.One << free) - 1) > high.Bits)
            {
                free--;
            }

            yield return Prefix.Of(low with { Bits = at }, low.Width - free);
            var next = at + (UInt128.One << free);
            if (next <= at)
            {
                yield break;
            }

            at = next;
        }
    }
}
