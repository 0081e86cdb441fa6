using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m iprange --src-range 10.0.0.1-10.0.0.9</c>; in a listing <c>source IP range ! 10.0.0.1-10.0.0.9</c>.</summary>
internal sealed class AddressRangeSyntax : MatchSyntax<AddressRangeMatch>
{
    public override string Name => "iprange";

    protected override AddressRangeMatch Start { get; } = new(null, null);

    public override Match? ReadListing(ref ListingReader words)
    {
        var match = Start;
        if (words.TryTakeForm("source IP range ^#"u8, out var inverted, out var text))
        {
            if (!TryRange(text, out var source))
            {
                return null;
            }

            match = match with { Source = new(source, inverted) };
        }

        if (words.TryTakeForm("destination IP range ^#"u8, out inverted, out text))
        {
            if (!TryRange(text, out var destination))
            {
                return null;
            }

            match = match with { Destination = new(destination, inverted) };
        }

        return match == Start ? null : match;
    }

    protected override AddressRangeMatch? Take(AddressRangeMatch current, ref OptionReader option)
    {
        if (!option.Is("--src-range"u8) && !option.Is("--dst-range"u8))
        {
            return null;
        }

        var isSource = option.Is("--src-range"u8);
        if (!TryRange(option.Word(), out var value))
        {
            option.Fail();
        }

        var range = option.Negatable(value);
        return isSource ? current with { Source = range } : current with { Destination = range };
    }

    protected override void Write(AddressRangeMatch match, SaveWriter writer) => writer
        .Optional("--src-range", match.Source)
        .Optional("--dst-range", match.Destination);

    // A single address is a range of one.
    private static bool TryRange(ReadOnlySpan<byte> text, out AddressRange range)
    {
        range = default;
        var dash = text.IndexOf((byte)'-');
        if (!NetAddress.TryParse(dash < 0 ? text : text[..dash], out var first))
        {
            return false;
        }

        var last = first;
        if (dash >= 0 && !NetAddress.TryParse(text[(dash + 1)..], out last))
        {
            return false;
        }

        range = new AddressRange(first, last);
        return first.Family == last.Family;
    }
}
