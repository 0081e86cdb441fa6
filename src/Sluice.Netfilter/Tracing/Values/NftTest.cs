using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Answers a comparison of nftables for a packet.</summary>
internal static class NftTest
{
    public static MatchResult Of(NftMatch match, TracedPacket packet)
    {
        var ways = NftEvaluation.Read(match.Left, packet);
        return ways is [{ Facts.Count: 0, Chance.IsOne: true } only] ? Answer(match, only.Result, packet) : Together(match, ways, packet);
    }

    // The kernel ends the rule when the packet has no such value: "!=" does not hold then either.
    private static MatchResult Answer(NftMatch match, NftReading left, TracedPacket packet) => left is NftReading.Missing
        ? MatchResult.No
        : (match.Right switch
        {
            NftOperand.Values values => NftComparer.IsWithin(packet, left, values.First, values.Last, NftPhrases.TypeOf(match.Left)),
            NftOperand.InSet set => NftLookup.Contains(left, set.Set, packet),
            NftOperand.AnyBit any => NftComparer.HasAny(left, any.Bits, NftPhrases.TypeOf(match.Left)),
            NftOperand.Expression other => WithOther(match, left, other, packet),
            _ => throw new System.Diagnostics.UnreachableException(match.Right.GetType().Name),
        }).Inverted(match.Inverted);

    private static MatchResult WithOther(NftMatch match, NftReading left, NftOperand.Expression other, TracedPacket packet) =>
        (left, NftEvaluation.Read(other.Other, packet)) switch
        {
            (NftReading.Bits { IsKnown: true } a, [{ Result: NftReading.Bits { IsKnown: true } b }]) => MatchResult.Of(a.Value == NftComparer.Fit(b.Value, a.Length)),
            (NftReading.Nothing, _) or (_, [{ Result: NftReading.Missing or NftReading.Nothing }]) => MatchResult.No,
            (NftReading.Unclear unclear, _) => MatchResult.Unknown(unclear.Text),
            (_, [{ Result: NftReading.Unclear unclear }]) => MatchResult.Unknown(unclear.Text),
            _ => MatchResult.Depends($"{NftPhrases.Of(match.Left)} is {NftPhrases.Of(other.Other)}"),
        };

    // Draws add up to one chance; ways that rest on facts become one condition.
    private static MatchResult Together(NftMatch match, IReadOnlyList<NftWay<NftReading>> ways, TracedPacket packet)
    {
        var answers = ways.Select(w => (Way: w, Result: Answer(match, w.Result, packet))).ToList();
        if (answers.TrueForAll(a => a.Way.Facts.Count == 0 && a.Result.Answer is MatchAnswer.Yes or MatchAnswer.No or MatchAnswer.Random))
        {
            var chance = answers.Aggregate(Probability.Zero, (sum, a) => sum + (a.Way.Chance * ChanceOf(a.Result)));
            return chance.IsZero ? MatchResult.No : chance.IsOne ? MatchResult.Yes : MatchResult.Random(chance);
        }

        var holding = answers.Where(a => a.Result.Answer != MatchAnswer.No).ToList();
        if (holding.Count == 0)
        {
            return MatchResult.No;
        }

        var text = string.Join(" or ", holding.Select(a => string.Join(" and ", Clauses(a.Way.Facts, a.Result))));
        return holding.TrueForAll(a => a.Way.Chance.IsOne && a.Result.Answer is MatchAnswer.Yes or MatchAnswer.Depends)
            ? MatchResult.Depends(text)
            : MatchResult.Unknown(text);
    }

    private static Probability ChanceOf(MatchResult result) => result.Answer switch
    {
        MatchAnswer.Yes => Probability.One,
        MatchAnswer.Random => result.Probability,
        _ => Probability.Zero,
    };

    private static IEnumerable<string> Clauses(IReadOnlyList<NftFact> facts, MatchResult result)
    {
        foreach (var fact in facts)
        {
            yield return fact.Holds ? fact.Condition : $"not ({fact.Condition})";
        }

        if (result.Condition is { } condition)
        {
            yield return result.IsNegated ? $"not ({condition})" : condition;
        }
    }
}
