using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary>
/// <c>-m hashlimit --hashlimit-upto 5/min --hashlimit-burst 5 --hashlimit-mode srcip --hashlimit-name foo</c>; in a listing
/// <c>limit: up to 5/min burst 5 mode srcip</c>, without the name.
/// </summary>
internal sealed class HashLimitSyntax : MatchSyntax<HashLimitMatch>
{
    public override string Name => "hashlimit";

    protected override HashLimitMatch Start { get; } = new("", IsAbove: false, "");

    public override Match? ReadListing(ref ListingReader words)
    {
        var isAbove = words.TryTakeForm("limit: above #"u8, out _, out var rate);
        if (!isAbove && !words.TryTakeForm("limit: up to #"u8, out _, out rate))
        {
            return null;
        }

        var match = new HashLimitMatch(RateWords.Canonical(rate) ?? words.Text(rate), isAbove, "");
        while (ListedDetail(ref words, match) is { } grown)
        {
            match = grown;
        }

        return match;
    }

    protected override HashLimitMatch? Take(HashLimitMatch current, ref OptionReader option)
    {
        if (option.Is("--hashlimit-upto"u8, "--hashlimit"u8) || option.Is("--hashlimit-above"u8))
        {
            var isAbove = option.Is("--hashlimit-above"u8);
            var word = option.Word();
            var packets = RateWords.Canonical(word);

            // The burst of a rate in packets is 5 unless said otherwise; a rate in bytes has none of its own.
            return current with { Rate = packets ?? Encoding.UTF8.GetString(word), IsAbove = isAbove != option.Inverted, Burst = current.Burst ?? (packets is null ? null : "5") };
        }

        return option.Is("--hashlimit-name"u8) ? current with { Name = option.Text() }
            : option.Is("--hashlimit-burst"u8) ? current with { Burst = option.Text() }
            : option.Is("--hashlimit-mode"u8) ? current with { Mode = option.Text() }
            : option.Is("--hashlimit-htable-size"u8) ? current with { TableSize = option.Number() }
            : option.Is("--hashlimit-htable-max"u8) ? current with { TableMax = option.Number() }
            : option.Is("--hashlimit-htable-gcinterval"u8) ? current with { CleaningInterval = option.Number() }
            : option.Is("--hashlimit-htable-expire"u8) ? current with { Expiry = option.Number() }
            : option.Is("--hashlimit-srcmask"u8) ? current with { SourcePrefix = option.Byte() }
            : option.Is("--hashlimit-dstmask"u8) ? current with { DestinationPrefix = option.Byte() }
            : option.Is("--hashlimit-rate-match"u8) ? current with { MeasuresRate = true }
            : option.Is("--hashlimit-rate-interval"u8) ? current with { RateInterval = option.Number() }
            : null;
    }

    protected override void Write(HashLimitMatch match, SaveWriter writer)
    {
        writer.Option(match.IsAbove ? "--hashlimit-above" : "--hashlimit-upto", match.Rate);
        WriteText("--hashlimit-burst", match.Burst, writer);
        WriteText("--hashlimit-mode", match.Mode, writer);
        WriteText("--hashlimit-name", match.Name, writer);
        writer.Optional("--hashlimit-htable-size", match.TableSize)
            .Optional("--hashlimit-htable-max", match.TableMax)
            .Optional("--hashlimit-htable-gcinterval", match.CleaningInterval)
            .Optional("--hashlimit-htable-expire", match.Expiry)
            .Optional("--hashlimit-srcmask", match.SourcePrefix)
            .Optional("--hashlimit-dstmask", match.DestinationPrefix)
            .Flag("--hashlimit-rate-match", match.MeasuresRate)
            .Optional("--hashlimit-rate-interval", match.RateInterval);
    }

    private static void WriteText(string name, string? value, SaveWriter writer)
    {
        if (value is { Length: > 0 })
        {
            writer.Option(name, value);
        }
    }

    private static HashLimitMatch? ListedDetail(ref ListingReader words, HashLimitMatch match)
    {
        if (words.TryTakeForm("burst #"u8, out _, out var text))
        {
            return match with { Burst = words.Text(text) };
        }

        if (words.TryTakeForm("mode #"u8, out _, out text))
        {
            return match with { Mode = Encoding.ASCII.GetString(text).Replace('-', ',') };
        }

        if (words.TryTake("rate-match"u8))
        {
            return match with { MeasuresRate = true };
        }

        var name = words.Peek();
        var copy = words;
        copy.Next();
        if (name.IsEmpty || !uint.TryParse(copy.Next(), out var number))
        {
            return null;
        }

        var grown = name.SequenceEqual("htable-size"u8) ? match with { TableSize = number }
            : name.SequenceEqual("htable-max"u8) ? match with { TableMax = number }
            : name.SequenceEqual("htable-gcinterval"u8) ? match with { CleaningInterval = number }
            : name.SequenceEqual("htable-expire"u8) ? match with { Expiry = number }
            : name.SequenceEqual("srcmask"u8) && number <= 128 ? match with { SourcePrefix = (byte)number }
            : name.SequenceEqual("dstmask"u8) && number <= 128 ? match with { DestinationPrefix = (byte)number }
            : name.SequenceEqual("rate-interval"u8) ? match with { RateInterval = number }
            : null;
        words = grown is null ? words : copy;
        return grown;
    }
}
