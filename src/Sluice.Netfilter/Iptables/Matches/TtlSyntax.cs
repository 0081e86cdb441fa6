using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m ttl --ttl-lt 5</c>; in a listing <c>TTL match TTL &lt; 5</c>.</summary>
internal sealed class TtlSyntax : MatchSyntax<TtlMatch>
{
    public override string Name => "ttl";

    protected override TtlMatch Start { get; } = new(Comparison.Equal, 0);

    public override bool WritesInitial => true;

    public override Match? ReadListing(ref ListingReader words) =>
        TtlWords.TryListed(ref words, "TTL match TTL ^#"u8, out var how, out var value) ? new TtlMatch(how, value) : null;

    protected override TtlMatch? Take(TtlMatch current, ref OptionReader option) =>
        option.Name.StartsWith("--ttl"u8) && TtlWords.TryTake(ref option, option.Name[5..], out var how, out var value) ? new TtlMatch(how, value) : null;

    protected override void Write(TtlMatch match, SaveWriter writer) => TtlWords.Write(writer, "--ttl", match.Comparison, match.Value);
}

/// <summary><c>-m hl --hl-eq 5</c>; in a listing <c>HL match HL == 5</c>.</summary>
internal sealed class HopLimitSyntax : MatchSyntax<HopLimitMatch>
{
    public override string Name => "hl";

    protected override HopLimitMatch Start { get; } = new(Comparison.Equal, 0);

    public override bool WritesInitial => true;

    public override Match? ReadListing(ref ListingReader words) =>
        TtlWords.TryListed(ref words, "HL match HL ^#"u8, out var how, out var value) ? new HopLimitMatch(how, value) : null;

    protected override HopLimitMatch? Take(HopLimitMatch current, ref OptionReader option) =>
        option.Name.StartsWith("--hl"u8) && TtlWords.TryTake(ref option, option.Name[4..], out var how, out var value) ? new HopLimitMatch(how, value) : null;

    protected override void Write(HopLimitMatch match, SaveWriter writer) => TtlWords.Write(writer, "--hl", match.Comparison, match.Value);
}

/// <summary>What both modules share: <c>-eq</c>, <c>-lt</c>, <c>-gt</c> and the signs of a listing.</summary>
internal static class TtlWords
{
    private static readonly Utf8Words s_suffixes = new("-eq", "-lt", "-gt", "");

    // The ^ of the form takes the "!" of "!=", which leaves "=".
    public static bool TryListed(ref ListingReader words, ReadOnlySpan<byte> form, out Comparison how, out byte value)
    {
        (how, value) = (Comparison.Equal, 0);
        if (!words.TryTakeForm(form, out var inverted, out var sign) || !byte.TryParse(words.Next(), out value))
        {
            return false;
        }

        Comparison? found = sign.SequenceEqual("=="u8) ? Comparison.Equal
            : inverted && sign.SequenceEqual("="u8) ? Comparison.NotEqual
            : sign.SequenceEqual("<"u8) ? Comparison.Less
            : sign.SequenceEqual(">"u8) ? Comparison.Greater
            : null;
        how = found ?? Comparison.Equal;
        return found is not null;
    }

    public static bool TryTake(ref OptionReader option, ReadOnlySpan<byte> suffix, out Comparison how, out byte value)
    {
        var index = s_suffixes.IndexOf(suffix);
        (how, value) = (Comparison.Equal, 0);
        if (index < 0)
        {
            return false;
        }

        var number = option.Number();
        if (number > 255 || (option.Inverted && index is 1 or 2))
        {
            option.Fail();
        }

        value = (byte)number;
        how = index switch { 1 => Comparison.Less, 2 => Comparison.Greater, _ => option.Inverted ? Comparison.NotEqual : Comparison.Equal };
        return true;
    }

    public static void Write(SaveWriter writer, string name, Comparison how, byte value)
    {
        var suffix = how switch { Comparison.Less => "-lt", Comparison.Greater => "-gt", _ => "-eq" };
        writer.Option(name + suffix, how == Comparison.NotEqual).Word($"{value}");
    }
}
