using Sluice.Net;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Compares what is known of a value with the values a rule or an element of a set asks for.</summary>
internal static class NftComparer
{
    /// <summary>Whether the value is from one to another, both included; of several parts each on its own.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="reading">The value.</param>
    /// <param name="first">The lowest.</param>
    /// <param name="last">The highest.</param>
    /// <param name="type">What both mean.</param>
    public static MatchResult IsWithin(TracedPacket packet, NftReading reading, NftValue first, NftValue last, NftKeyType type) => reading switch
    {
        NftReading.Bits bits => IsWithin(bits, Fit(first, bits.Length), Fit(last, bits.Length), type),
        NftReading.Drawn drawn => Chance(Overlap(drawn.First, drawn.Count, first, last), drawn.Count),
        NftReading.Counted counted => IsWithin(counted, first, last),
        NftReading.Interface name => NftInterface.Test(packet, name.Direction, first, last),
        NftReading.Joined joined => AllWithin(packet, joined.Parts, first, last, type),
        NftReading.Unclear unclear => MatchResult.Unknown(unclear.Text),
        _ => MatchResult.No,
    };

    /// <summary>Whether any of the bits is set.</summary>
    public static MatchResult HasAny(NftReading reading, NftValue bits, NftKeyType type)
    {
        if (reading is not NftReading.Bits value)
        {
            return reading is NftReading.Unclear unclear ? MatchResult.Unknown(unclear.Text)
                : reading is NftReading.Missing or NftReading.Nothing ? MatchResult.No
                : MatchResult.Unknown($"any bit of {bits}");
        }

        var asked = Fit(bits, value.Length);
        return AnyCommon(value.Value, asked) ? MatchResult.Yes
            : value.Unknown is not { } unknown || !AnyCommon(unknown, asked) ? MatchResult.No
            : Depends($"{value.Name} has any of {NftPhrases.Of(bits, type)}", value.IsStable);
    }

    /// <summary>How many numbers of a run are from one value to another.</summary>
    public static ulong Overlap(uint start, ulong count, NftValue first, NftValue last)
    {
        var low = Math.Max(start, first.ToNumber());
        var high = Math.Min(start + count - 1, last.ToNumber());
        return low > high ? 0 : high - low + 1;
    }

    /// <summary>A draw that holds in some of all cases.</summary>
    public static MatchResult Chance(ulong cases, ulong all) =>
        cases == 0 ? MatchResult.No : cases >= all ? MatchResult.Yes : MatchResult.Random(Probability.Of(cases, all));

    /// <summary>A value with zeros before it, or without such, so that it has a length.</summary>
    public static NftValue Fit(NftValue value, int length)
    {
        if (value.Length == length)
        {
            return value;
        }

        Span<byte> bytes = stackalloc byte[length];
        var common = Math.Min(length, value.Length);
        value.Span[^common..].CopyTo(bytes[^common..]);
        return NftValue.Of(bytes);
    }

    private static MatchResult IsWithin(NftReading.Bits bits, NftValue first, NftValue last, NftKeyType type)
    {
        if (bits.Unknown is not { } unknown)
        {
            return MatchResult.Of(bits.Value >= first && bits.Value <= last);
        }

        var highest = NftBits.Or(bits.Value, unknown);
        if (highest < first || bits.Value > last || (first == last && highest != NftBits.Or(first, unknown)))
        {
            return MatchResult.No;
        }

        return bits.Value >= first && highest <= last
            ? MatchResult.Yes
            : Depends(first == last ? $"{bits.Name} is {NftPhrases.Of(first, type)}" : $"{bits.Name} is from {NftPhrases.Of(first, type)} to {NftPhrases.Of(last, type)}", bits.IsStable);
    }

    private static MatchResult IsWithin(NftReading.Counted counted, NftValue first, NftValue last)
    {
        var cases = Overlap(counted.First, counted.Count, first, last);
        return cases == 0 ? MatchResult.No
            : cases == counted.Count ? MatchResult.Yes
            : Depends(first == last ? $"{counted.Name} is {first.ToNumber()}" : $"{counted.Name} is from {first.ToNumber()} to {last.ToNumber()}", counted.IsStable);
    }

    // Each part of a concatenation is compared on its own, against its slice.
    private static MatchResult AllWithin(TracedPacket packet, EquatableArray<NftReading> parts, NftValue first, NftValue last, NftKeyType type)
    {
        var open = new List<MatchResult>();
        var at = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            var length = parts[i].Length > 0 ? parts[i].Length : i < type.Parts.Count ? type.Parts[i].Bytes : 0;
            if (at + length > first.Length || at + length > last.Length)
            {
                return MatchResult.No;
            }

            var part = i < type.Parts.Count ? new NftKeyType([type.Parts[i]]) : type;
            var result = IsWithin(packet, parts[i], first.Slice(at, length), last.Slice(at, length), part);
            if (result.Answer == MatchAnswer.No)
            {
                return MatchResult.No;
            }

            if (result.Answer != MatchAnswer.Yes)
            {
                open.Add(result);
            }

            at += NftValue.Padded(length);
        }

        return open.Count switch
        {
            0 => MatchResult.Yes,
            1 => open[0],
            _ => All(open),
        };
    }

    private static MatchResult All(List<MatchResult> open)
    {
        var text = string.Join(" and ", open.Select(o => o.IsNegated ? $"not ({o.Condition})" : o.Condition));
        return open.Exists(o => o.Answer == MatchAnswer.Unknown) ? MatchResult.Unknown(text) : Depends(text, open.TrueForAll(o => o.IsStable));
    }

    private static MatchResult Depends(string condition, bool isStable) =>
        isStable ? MatchResult.Depends(condition) : MatchResult.DependsEachTime(condition);

    private static bool AnyCommon(NftValue left, NftValue right) => !NftBits.IsZero(NftBits.And(left, right));
}
