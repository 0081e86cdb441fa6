using System.Buffers.Text;
using System.Globalization;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m statistic --mode random --probability 0.5</c>; in a listing <c>statistic mode random probability 0.5</c>. The mode decides the type of match.</summary>
internal sealed class StatisticSyntax : MatchSyntax
{
    public override string Name => "statistic";

    public override IReadOnlyList<Type> MatchTypes { get; } = [typeof(RandomMatch), typeof(NthMatch)];

    public override Match Initial { get; } = new RandomMatch(0, Inverted: false);

    public override Match? ReadListing(ref ListingReader words)
    {
        if (words.TryTakeAll("statistic mode random"u8))
        {
            var inverted = words.TryTake("!"u8);
            return words.TryTake("probability"u8) && Probability(words.Next()) is { } probability
                ? RandomMatch.Of(probability, inverted)
                : null;
        }

        if (words.TryTakeAll("statistic mode nth"u8))
        {
            var inverted = words.TryTake("!"u8);
            if (!words.TryTake("every"u8) || !uint.TryParse(words.Next(), out var every))
            {
                return null;
            }

            return new NthMatch(every, words.TryTake("packet"u8) && uint.TryParse(words.Next(), out var packet) ? packet : 0, inverted);
        }

        return null;
    }

    public override Match? Take(Match current, ref OptionReader option)
    {
        if (option.Is("--mode"u8))
        {
            var mode = option.Word();
            if (mode.SequenceEqual("nth"u8))
            {
                return new NthMatch(1, 0, Inverted: false);
            }

            if (!mode.SequenceEqual("random"u8))
            {
                option.Fail();
            }

            return current;
        }

        if (option.Is("--probability"u8))
        {
            if (Probability(option.Word()) is { } probability)
            {
                return RandomMatch.Of(probability, option.Inverted);
            }

            option.Fail();
            return current;
        }

        if (current is NthMatch nth)
        {
            if (option.Is("--every"u8))
            {
                var every = option.Number();
                return nth with { Every = every, Inverted = option.Inverted };
            }

            if (option.Is("--packet"u8))
            {
                return nth with { Packet = option.Number() };
            }
        }

        return null;
    }

    // Eleven decimals, as libxt_statistic prints them: enough to give back all 31 bits.
    public override void Write(Match match, SaveWriter writer)
    {
        if (match is NthMatch nth)
        {
            writer.Word("--mode nth").Option("--every", nth.Inverted).Word(nth.Every.ToString(CultureInfo.InvariantCulture)).Option("--packet", nth.Packet);
        }
        else if (match is RandomMatch random)
        {
            writer.Word("--mode random")
                .Option("--probability", random.Inverted)
                .Word((random.Threshold / (double)(1u << 31)).ToString("F11", CultureInfo.InvariantCulture));
        }
    }

    private static double? Probability(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length && value is >= 0 and <= 1 ? value : null;
}
