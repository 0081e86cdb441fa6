using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Looks keys up in sets and maps: every element that may be found, and whether none is.</summary>
internal static class NftLookup
{
    // More elements that an open key may have are not followed one by one.
    private const int MostCandidates = 64;

    /// <summary>The set that a rule of the packet's table names; null when the snapshot lacks it.</summary>
    public static NftSet? Resolve(NftSetReference reference, TracedPacket packet) => reference switch
    {
        NftSetReference.Anonymous anonymous => anonymous.Set,
        NftSetReference.Named named => packet.Table?.FindSet(named.Name),
        _ => throw new System.Diagnostics.UnreachableException(reference.GetType().Name),
    };

    /// <summary>The ways of a value that a map has.</summary>
    public static IReadOnlyList<NftWay<NftReading>> Values(NftExpression.MapLookup lookup, TracedPacket packet) =>
        [.. Elements(lookup.Key, lookup.Set, packet).Select(way => way.With<NftReading>(way.Result switch
        {
            NftHit.Element { Of.Data: { } data } => NftReading.Of(data),
            NftHit.Unlisted unlisted => unlisted.Data is { Parts: [var type] }
                ? NftReading.Open($"what {NftPhrases.Of(lookup.Set)} has for it", type)
                : new NftReading.Remembered(NftPhrases.Of(lookup.Set), unlisted.Data?.Bytes ?? 0),
            NftHit.Unclear unclear => new NftReading.Unclear(unclear.Text),
            _ => NftReading.Missing.Instance,
        }))];

    /// <summary>The ways of what a key finds.</summary>
    public static IReadOnlyList<NftWay<NftHit>> Elements(NftExpression key, NftSetReference reference, TracedPacket packet)
    {
        if (Resolve(reference, packet) is not { } set)
        {
            return NftWay<NftHit>.Only(new NftHit.Unclear($"{NftPhrases.Of(reference)}, which is not in the snapshot"));
        }

        var keys = NftEvaluation.Read(key, packet);
        return keys.Count == 1 && keys[0].Facts.Count == 0
            ? [.. Elements(keys[0].Result, reference, set, packet).Select(w => keys[0].Then(w))]
            : Merge(keys.SelectMany(k => Elements(k.Result, reference, set, packet).Select(w => k.Then(w))));
    }

    /// <summary>Whether a key is in a set, all ways taken together.</summary>
    public static MatchResult Contains(NftReading key, NftSetReference reference, TracedPacket packet)
    {
        if (Resolve(reference, packet) is not { } set)
        {
            return MatchResult.Unknown($"{NftPhrases.Of(reference)}, which is not in the snapshot,");
        }

        switch (key)
        {
            case NftReading.Missing or NftReading.Nothing:
                return MatchResult.Of(key is NftReading.Nothing && set.Elements.Any(e => e.IsCatchAll));
            case NftReading.Bits { IsKnown: true } bits:
                return packet.Table?.IsChangedByRules(set) == true ? MatchResult.Depends(Membership(bits, reference, set)) : MatchResult.Of(set.Find(bits.Value) is not null);
            case NftReading.Drawn drawn when !set.Elements.Any(e => e.IsCatchAll):
                return NftComparer.Chance(set.Elements.Aggregate(0UL, (sum, e) => sum + NftComparer.Overlap(drawn.First, drawn.Count, e.First, e.Last)), drawn.Count);
            default:
                return ContainsOpen(key, set, packet);
        }
    }

    private static MatchResult ContainsOpen(NftReading key, NftSet set, TracedPacket packet)
    {
        var possible = new List<MatchResult>();
        foreach (var element in set.Elements)
        {
            var result = element.IsCatchAll ? MatchResult.Yes : NftComparer.IsWithin(packet, key, element.First, element.Last, set.Key);
            if (result.Answer == MatchAnswer.Yes)
            {
                return result;
            }

            if (result.Answer != MatchAnswer.No)
            {
                possible.Add(result);
            }
        }

        return possible switch
        {
            [] => MatchResult.No,
            [var only] => only,
            _ when possible[0].Answer == MatchAnswer.Unknown => MatchResult.Unknown(possible[0].Condition!),
            _ => Either(possible),
        };
    }

    private static MatchResult Either(List<MatchResult> possible)
    {
        var shown = possible.Take(MostCandidates).Select(p => p.Condition);
        var text = string.Join(" or ", shown) + (possible.Count > MostCandidates ? " or ..." : "");
        return possible.TrueForAll(p => p.IsStable) ? MatchResult.Depends(text) : MatchResult.DependsEachTime(text);
    }

    private static IEnumerable<NftWay<NftHit>> Elements(NftReading key, NftSetReference reference, NftSet set, TracedPacket packet)
    {
        switch (key)
        {
            case NftReading.Missing:
                return NftWay<NftHit>.Only(NftHit.None.Instance);
            case NftReading.Unclear unclear:
                return NftWay<NftHit>.Only(new NftHit.Unclear(unclear.Text));
            case NftReading.Bits { IsKnown: true } bits:
                return Found(bits, reference, set, packet);
            case NftReading.Drawn drawn:
                return Drawn(drawn, set);
            case NftReading.Counted { Count: <= NftEvaluation.MostCounted } counted:
                return Counted(counted, set);
            default:
                return Open(key, reference, set, packet);
        }
    }

    // What rules add and expiry takes away, no dump tells for the next packet.
    private static IEnumerable<NftWay<NftHit>> Found(NftReading.Bits key, NftSetReference reference, NftSet set, TracedPacket packet)
    {
        var element = set.Find(key.Value);
        if (packet.Table?.IsChangedByRules(set) != true)
        {
            return NftWay<NftHit>.Only(element is null ? NftHit.None.Instance : new NftHit.Element(element));
        }

        var condition = Membership(key, reference, set);
        return
        [
            new(element is null ? new NftHit.Unlisted(set.Data) : new NftHit.Element(element), Probability.One, [new(condition, Holds: true, IsStable: true)], IsAmbiguous: false),
            new(NftHit.None.Instance, Probability.One, [new(condition, Holds: false, IsStable: true)], IsAmbiguous: false),
        ];
    }

    private static List<NftWay<NftHit>> Drawn(NftReading.Drawn drawn, NftSet set)
    {
        var ways = new List<NftWay<NftHit>>();
        var rest = drawn.Count;
        SetElement? others = null;
        foreach (var element in set.Elements)
        {
            if (element.IsCatchAll)
            {
                others = element;
            }
            else if (NftComparer.Overlap(drawn.First, drawn.Count, element.First, element.Last) is > 0 and var cases)
            {
                rest -= Math.Min(cases, rest);
                ways.Add(new(new NftHit.Element(element), Probability.Of(cases, drawn.Count), [], IsAmbiguous: false));
            }
        }

        if (rest > 0)
        {
            ways.Add(new(others is null ? NftHit.None.Instance : new NftHit.Element(others), Probability.Of(rest, drawn.Count), [], IsAmbiguous: false));
        }

        return ways;
    }

    private static IEnumerable<NftWay<NftHit>> Counted(NftReading.Counted counted, NftSet set) =>
        NftEvaluation.Numbers(counted).Select(way => way.With<NftHit>(
            set.Find(((NftReading.Bits)way.Result).Value) is { } element ? new NftHit.Element(element) : NftHit.None.Instance));

    // Element after element: it may be this one, or else it is one of those behind it, or none.
    private static List<NftWay<NftHit>> Open(NftReading key, NftSetReference reference, NftSet set, TracedPacket packet)
    {
        var ways = new List<NftWay<NftHit>>();
        var facts = new List<NftFact>();
        var isAmbiguous = false;
        SetElement? others = null;
        foreach (var element in set.Elements)
        {
            if (element.IsCatchAll)
            {
                others = element;
                continue;
            }

            var result = NftComparer.IsWithin(packet, key, element.First, element.Last, set.Key);
            if (result.Answer == MatchAnswer.No)
            {
                continue;
            }

            if (result.Answer == MatchAnswer.Yes)
            {
                ways.Add(new(new NftHit.Element(element), Probability.One, facts, isAmbiguous));
                return ways;
            }

            if (ways.Count == MostCandidates || result.Answer == MatchAnswer.Random)
            {
                return [.. NftWay<NftHit>.Only(new NftHit.Unclear($"the look-up in {NftPhrases.Of(reference)}"))];
            }

            isAmbiguous |= result.Answer == MatchAnswer.Unknown;
            ways.Add(new(new NftHit.Element(element), Probability.One, [.. facts, new(result.Condition!, !result.IsNegated, result.IsStable)], isAmbiguous));
            facts.Add(new(result.Condition!, result.IsNegated, result.IsStable));
        }

        ways.Add(new(others is null ? NftHit.None.Instance : new NftHit.Element(others), Probability.One, facts, isAmbiguous));
        return ways;
    }

    // Draws that find the same element, or none, are one way.
    private static List<NftWay<NftHit>> Merge(IEnumerable<NftWay<NftHit>> ways)
    {
        var merged = new List<NftWay<NftHit>>();
        var places = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        foreach (var way in ways)
        {
            object place = way.Result is NftHit.Element element ? element.Of : way.Result;
            if (way.Facts.Count == 0 && !way.IsAmbiguous && places.TryGetValue(place, out var at))
            {
                merged[at] = merged[at] with { Chance = merged[at].Chance + way.Chance };
                continue;
            }

            if (way.Facts.Count == 0 && !way.IsAmbiguous)
            {
                places.Add(place, merged.Count);
            }

            merged.Add(way);
        }

        return merged;
    }

    private static string Membership(NftReading.Bits key, NftSetReference reference, NftSet set) =>
        $"{NftPhrases.Of(key.Value, set.Key)} is in {NftPhrases.Of(reference)}";
}
