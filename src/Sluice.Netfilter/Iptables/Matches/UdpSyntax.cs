using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m udp</c>; in a listing <c>udp spt:1024 dpts:80:90</c>.</summary>
internal sealed class UdpSyntax : MatchSyntax<UdpMatch>
{
    public override string Name => "udp";

    protected override UdpMatch Start { get; } = new();

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake("udp"u8))
        {
            return null;
        }

        var match = Start;
        while (true)
        {
            if (PortWords.TryTake(ref words, "spt"u8, out var ports))
            {
                match = match with { SourcePorts = ports };
            }
            else if (PortWords.TryTake(ref words, "dpt"u8, out ports))
            {
                match = match with { DestinationPorts = ports };
            }
            else
            {
                return match;
            }
        }
    }

    protected override UdpMatch? Take(UdpMatch current, ref OptionReader option)
    {
        if (option.Is("--dport"u8, "--destination-port"u8))
        {
            var ports = option.Ports();
            return current with { DestinationPorts = option.Negatable(ports) };
        }

        if (option.Is("--sport"u8, "--source-port"u8))
        {
            var ports = option.Ports();
            return current with { SourcePorts = option.Negatable(ports) };
        }

        return null;
    }

    protected override void Write(UdpMatch match, SaveWriter writer) => writer
        .Optional("--sport", match.SourcePorts)
        .Optional("--dport", match.DestinationPorts);
}
