using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Evaluates expressions of nftables for a packet: every way a value may come out.</summary>
internal static class NftEvaluation
{
    // A draw of more numbers than these is followed as a whole, not number by number.
    private const ulong MostDrawn = 4_096;

    /// <summary>More numbers that state may decide for than these are not followed one by one.</summary>
    public const uint MostCounted = 64;

    /// <summary>The ways of a value.</summary>
    public static IReadOnlyList<NftWay<NftReading>> Read(NftExpression expression, TracedPacket packet) => expression switch
    {
        NftExpression.Constant constant => Only(NftReading.Of(constant.Value)),
        NftExpression.Payload payload => Only(HeaderBits.Read(payload.Field, packet)),
        NftExpression.Meta meta => Only(MetaValues.Read(meta, packet)),
        NftExpression.Conntrack ct => Only(ConntrackValues.Read(ct, packet)),
        NftExpression.Fib fib => Only(FibValues.Read(fib, packet)),
        NftExpression.NumberGenerator { Modulus: <= 1 } number => Only(NftReading.Of(NftValue.Of(number.Offset, 32))),
        NftExpression.NumberGenerator { IsRandom: true } number => Only(new NftReading.Drawn(number.Offset, number.Modulus)),
        NftExpression.NumberGenerator number => Only(new NftReading.Counted(NftPhrases.Of(number), number.Offset, number.Modulus, IsStable: false)),
        NftExpression.Hash hash => NftHash.Read(hash, packet),
        NftExpression.Opaque opaque => Only(NftReading.Open(opaque.Text, opaque.Type)),
        NftExpression.Concatenation joined => Join(joined, packet),
        NftExpression.Bitwise bitwise => Map(bitwise.Operand, packet, r => Bitwise(bitwise, r)),
        NftExpression.Shift shift => Map(shift.Operand, packet, r => Shift(shift, r)),
        NftExpression.MapLookup lookup => NftLookup.Values(lookup, packet),
        NftExpression.Unknown unknown => Only(new NftReading.Unclear(unknown.Text)),
        _ => throw new System.Diagnostics.UnreachableException(expression.GetType().Name),
    };

    /// <summary>The ways of a value with each number of a draw or count as a way of its own, as far as they are not too many.</summary>
    public static IReadOnlyList<NftWay<NftReading>> ReadEach(NftExpression expression, TracedPacket packet)
    {
        var ways = Read(expression, packet);
        return ways is not [var way] ? ways : way.Result switch
        {
            NftReading.Drawn { Count: <= MostDrawn } drawn => [.. Numbers(drawn).Select(way.Then)],
            NftReading.Counted { Count: <= MostCounted } counted => [.. Numbers(counted).Select(way.Then)],
            _ => ways,
        };
    }

    /// <summary>Each number that state may decide for. That it is the last follows from its being none of the others.</summary>
    public static IEnumerable<NftWay<NftReading>> Numbers(NftReading.Counted counted)
    {
        var facts = new List<NftFact>();
        for (uint i = 0; i < counted.Count; i++)
        {
            var condition = $"{counted.Name} is {counted.First + i}";
            IReadOnlyList<NftFact> own = i == counted.Count - 1 ? [.. facts] : [.. facts, new(condition, Holds: true, counted.IsStable)];
            yield return new NftWay<NftReading>(NftReading.Of(NftValue.Of(counted.First + i, 32)), Probability.One, own, IsAmbiguous: false);
            facts.Add(new(condition, Holds: false, counted.IsStable));
        }
    }

    private static IReadOnlyList<NftWay<NftReading>> Only(NftReading reading) => NftWay<NftReading>.Only(reading);

    private static IReadOnlyList<NftWay<NftReading>> Map(NftExpression operand, TracedPacket packet, Func<NftReading, NftReading> change) =>
        [.. ReadEach(operand, packet).Select(w => w.With(change(w.Result)))];

    private static IEnumerable<NftWay<NftReading>> Numbers(NftReading.Drawn drawn)
    {
        var chance = Probability.Of(1, drawn.Count);
        for (ulong i = 0; i < drawn.Count; i++)
        {
            yield return new NftWay<NftReading>(NftReading.Of(NftValue.Of(drawn.First + i, 32)), chance, [], IsAmbiguous: false);
        }
    }

    private static NftReading Bitwise(NftExpression.Bitwise bitwise, NftReading operand)
    {
        if (operand is not NftReading.Bits bits)
        {
            return operand is NftReading.Missing or NftReading.Nothing or NftReading.Unclear ? operand : new NftReading.Unclear(NftPhrases.Of(bitwise));
        }

        var value = NftBits.Xor(NftBits.And(bits.Value, bitwise.And), bitwise.Xor);
        if (bits.Unknown is null)
        {
            return NftReading.Of(value);
        }

        // Bits that are not known are kept as 0.
        var unknown = NftBits.And(bits.Unknown.Value, bitwise.And);
        return NftBits.IsZero(unknown)
            ? NftReading.Of(value)
            : new NftReading.Bits(NftBits.Xor(value, NftBits.And(value, unknown)), unknown, $"({bits.Name} and {bitwise.And}) xor {bitwise.Xor}", bits.IsStable);
    }

    private static NftReading Shift(NftExpression.Shift shift, NftReading operand)
    {
        if (operand is not NftReading.Bits bits)
        {
            return operand is NftReading.Missing or NftReading.Nothing or NftReading.Unclear ? operand : new NftReading.Unclear(NftPhrases.Of(shift));
        }

        var value = NftShift.Of(bits.Value, shift.IsLeft, shift.Bits);
        return bits.Unknown is { } unknown
            ? new NftReading.Bits(value, NftShift.Of(unknown, shift.IsLeft, shift.Bits), $"{bits.Name} {(shift.IsLeft ? "<<" : ">>")} {shift.Bits}", bits.IsStable)
            : NftReading.Of(value);
    }

    // A draw within a concatenation is followed number by number: the key of each is then known.
    private static IReadOnlyList<NftWay<NftReading>> Join(NftExpression.Concatenation joined, TracedPacket packet)
    {
        List<NftWay<NftReading[]>> ways = [new([], Probability.One, [], IsAmbiguous: false)];
        foreach (var part in joined.Parts)
        {
            var next = ReadEach(part, packet);
            ways = next.Count == 1
                ? [.. ways.Select(w => w.Then(next[0]).With<NftReading[]>([.. w.Result, next[0].Result]))]
                : [.. ways.SelectMany(w => next.Select(n => w.Then(n).With<NftReading[]>([.. w.Result, n.Result])))];
        }

        return [.. ways.Select(w => w.With(Join(w.Result)))];
    }

    private static NftReading Join(NftReading[] parts)
    {
        if (Array.Exists(parts, p => p is NftReading.Missing))
        {
            return NftReading.Missing.Instance;
        }

        return Array.TrueForAll(parts, p => p is NftReading.Bits { IsKnown: true })
            ? NftReading.Of(NftValue.Concat([.. parts.Select(p => ((NftReading.Bits)p).Value)]))
            : Array.Exists(parts, p => p is NftReading.Nothing) ? NftReading.Nothing.Instance
            : new NftReading.Joined([.. parts]);
    }
}
