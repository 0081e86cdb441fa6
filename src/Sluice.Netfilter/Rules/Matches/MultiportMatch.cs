using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>Which port a list of ports is compared with.</summary>
public enum MultiportSide
{
    /// <summary>The source port (<c>--sports</c>).</summary>
    Source,

    /// <summary>The destination port (<c>--dports</c>).</summary>
    Destination,

    /// <summary>Either of them (<c>--ports</c>).</summary>
    Either,
}

/// <summary>A port is one of a list of up to 15 (<c>-m multiport</c>).</summary>
/// <param name="Side">Which port.</param>
/// <param name="Ports">The ports and ranges.</param>
/// <param name="Inverted">True when a port that is not in the list matches.</param>
public sealed record MultiportMatch(MultiportSide Side, EquatableArray<PortRange> Ports, bool Inverted) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        if (!packet.Protocol.HasPorts)
        {
            return MatchResult.No;
        }

        var source = Side != MultiportSide.Destination ? Has(packet.SourcePort) : false;
        var destination = Side != MultiportSide.Source ? Has(packet.DestinationPort) : false;
        return source == true || destination == true ? MatchResult.Of(!Inverted)
            : source == false && destination == false ? MatchResult.Of(Inverted)
            : MatchResult.Depends($"its {(source is null ? "source" : "destination")} port is one of {string.Join(',', Ports)}", Inverted);
    }

    private bool? Has(int? port) => port is { } number ? Ports.Any(p => p.Contains(number)) : null;
}
