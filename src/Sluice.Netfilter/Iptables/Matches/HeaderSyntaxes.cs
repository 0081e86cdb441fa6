using System.Globalization;
using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m length --length 64:100</c>; in a listing <c>length !64:100</c>.</summary>
internal sealed class LengthSyntax : MatchSyntax<LengthMatch>
{
    public override string Name => "length";

    public override bool WritesInitial => true;

    protected override LengthMatch Start { get; } = new(default(Negatable<NumberRange>));

    public override Match? ReadListing(ref ListingReader words) =>
        words.TryTakeForm("length ^#"u8, out var inverted, out var text) && NumberRange.TryParse(text, ushort.MaxValue, out var range)
            ? new LengthMatch(new(range, inverted))
            : null;

    protected override LengthMatch? Take(LengthMatch current, ref OptionReader option)
    {
        if (!option.Is("--length"u8))
        {
            return null;
        }

        var range = option.Range(ushort.MaxValue);
        return new LengthMatch(option.Negatable(range));
    }

    protected override void Write(LengthMatch match, SaveWriter writer) => writer.Option("--length", match.Length);
}

/// <summary><c>-m mac --mac-source 00:11:22:33:44:55</c>; in a listing <c>MAC ! 00:11:22:33:44:55</c> (once <c>MAC00:...</c>).</summary>
internal sealed class MacSyntax : MatchSyntax<MacMatch>
{
    public override string Name => "mac";

    protected override MacMatch Start { get; } = new(new Negatable<string>("", Inverted: false));

    public override Match? ReadListing(ref ListingReader words) =>
        (words.TryTakeForm("MAC ^#"u8, out var inverted, out var text) || words.TryTakeForm("MAC^#"u8, out inverted, out text)) && Canonical(text) is { } mac
            ? new MacMatch(new(mac, inverted))
            : null;

    protected override MacMatch? Take(MacMatch current, ref OptionReader option)
    {
        if (!option.Is("--mac-source"u8))
        {
            return null;
        }

        var mac = Canonical(option.Word());
        if (mac is null)
        {
            option.Fail();
        }

        return new MacMatch(option.Negatable(mac ?? ""));
    }

    protected override void Write(MacMatch match, SaveWriter writer) => writer.Option("--mac-source", match.Source);

    private static string? Canonical(ReadOnlySpan<byte> text)
    {
        var parts = Encoding.ASCII.GetString(text).Split(':');
        var canonical = new string[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!byte.TryParse(parts[i], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            canonical[i] = number.ToString("x2", CultureInfo.InvariantCulture);
        }

        return parts.Length == 6 ? string.Join(':', canonical) : null;
    }
}
