using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m multiport --dports 80,443:450</c>; in a listing <c>multiport dports !80,443:450</c>.</summary>
internal sealed class MultiportSyntax : MatchSyntax<MultiportMatch>
{
    public override string Name => "multiport";

    protected override MultiportMatch Start { get; } = new(MultiportSide.Destination, default, Inverted: false);

    public override Match? ReadListing(ref ListingReader words)
    {
        MultiportSide? side = words.TryTakeForm("multiport dports ^#"u8, out var inverted, out var text) ? MultiportSide.Destination
            : words.TryTakeForm("multiport sports ^#"u8, out inverted, out text) ? MultiportSide.Source
            : words.TryTakeForm("multiport ports ^#"u8, out inverted, out text) ? MultiportSide.Either
            : null;
        return side is { } end && TryPorts(text, out var ports) ? new MultiportMatch(end, ports, inverted) : null;
    }

    protected override MultiportMatch? Take(MultiportMatch current, ref OptionReader option)
    {
        MultiportSide? side = option.Is("--dports"u8, "--destination-ports"u8) ? MultiportSide.Destination
            : option.Is("--sports"u8, "--source-ports"u8) ? MultiportSide.Source
            : option.Is("--ports"u8) ? MultiportSide.Either
            : null;
        if (side is not { } end)
        {
            return null;
        }

        if (!TryPorts(option.Word(), out var ports))
        {
            option.Fail();
        }

        return new MultiportMatch(end, ports, option.Inverted);
    }

    protected override void Write(MultiportMatch match, SaveWriter writer)
    {
        var name = match.Side switch { MultiportSide.Source => "--sports", MultiportSide.Destination => "--dports", _ => "--ports" };
        writer.Option(name, match.Inverted).Word(string.Join(',', match.Ports));
    }

    private static bool TryPorts(ReadOnlySpan<byte> text, out EquatableArray<PortRange> ports)
    {
        var list = new List<PortRange>();
        ports = default;
        foreach (var part in text.Split((byte)','))
        {
            if (!PortRange.TryParse(text[part], (byte)':', out var range))
            {
                return false;
            }

            list.Add(range);
        }

        ports = list.ToEquatableArray();
        return true;
    }
}
