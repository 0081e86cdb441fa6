using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Tracing;
using RouteChoice = Sluice.Kubernetes.Intent.RouteChoice;

namespace Sluice.Tests.Planning;

/// <summary>Compares what the rules do with a packet with what they are to do: ways, exact probabilities, sources, refusals, memories.</summary>
internal abstract class EquationJudge(Packet packet, Trace trace, NodeProfile node)
{
    // The sysctl that kube-proxy itself sets; it decides about stray loopback packets only.
    private const string LocalnetSysctl = "route_localnet";

    /// <summary>What the answer depends on besides the packet: who is remembered.</summary>
    protected IReadOnlyList<string> Memories { get; } = trace.Outcomes.SelectMany(o => o.Conditions).Select(c => c[(c.IndexOf(' ', StringComparison.Ordinal) + 1)..])
        .Where(c => !c.Contains(LocalnetSysctl, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Problem(RouteAnswer expected) => expected switch
    {
        RouteAnswer.Forwarded forwarded => Forwarded(forwarded),
        _ when Memories.Count > 0 => $"it depends on {string.Join(" and ", Memories)}",
        RouteAnswer.NotAService => Untouched(),
        RouteAnswer.HealthCheck => Untouched() ?? (IsAcceptedForHealth() ? null : "no rule accepts it as a question for health"),
        RouteAnswer.Refused => trace.Outcomes.All(o => o.Disposition == Disposition.Rejected && o.RejectWith == Refusal) ? null : "it is not refused at once",
        RouteAnswer.Dropped => trace.Outcomes.All(o => o.Disposition == Disposition.Dropped) ? null : "it is not dropped",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The packet.</summary>
    protected Packet Packet => packet;

    /// <summary>The node.</summary>
    protected NodeProfile Node => node;

    /// <summary>What the rules do with it.</summary>
    protected Trace Trace => trace;

    /// <summary>Whether rules let a question for health through.</summary>
    protected abstract bool IsAcceptedForHealth();

    /// <summary>What is wrong with the ways to endpoints; null when nothing is.</summary>
    protected abstract string? Forwarded(RouteAnswer.Forwarded expected);

    private string Refusal => packet.Family == IPFamily.IPv4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";

    private string? Untouched()
    {
        if (EquationDifferences.IsStray(packet))
        {
            // Who lets loopback addresses in for the sake of node ports keeps out all that is not for them.
            var isGuarded = packet.Family == IPFamily.IPv4 && node.LocalhostNodePorts;
            return trace.Outcomes.All(o => o.Destination == packet.Destination && o.DestinationPort == packet.DestinationPort && (!isGuarded || o.Disposition == Disposition.Dropped))
                ? null
                : "a stray loopback packet gets in";
        }

        var disposition = node.IsOwnAddress(packet.Destination) ? Disposition.Accepted : Disposition.Forwarded;
        return trace.Outcomes is [var only] && only.Disposition == disposition && only.Destination == packet.Destination &&
            only.DestinationPort == packet.DestinationPort && KeepsSource(only)
                ? null
                : $"it is not {disposition} as it came";
    }

    /// <summary>What is wrong when a packet goes to just one endpoint; null when nothing is.</summary>
    protected string? Only(List<Outcome> ways, RouteChoice choice) => ways switch
    {
        [var way] when way.Destination == choice.Endpoint.Address && way.DestinationPort == choice.Endpoint.Port && way.Probability.IsOne => Mismatch(way, choice),
        _ => $"it goes to {string.Join(", ", ways.Select(w => $"{w.Destination?.WithPort(w.DestinationPort)} ({w.Probability})"))}",
    };

    /// <summary>What is wrong with a way to an endpoint, its share aside; null when nothing is.</summary>
    protected string? Mismatch(Outcome way, RouteChoice choice) =>
        way.Disposition != (node.IsOwnAddress(choice.Endpoint.Address) ? Disposition.Accepted : Disposition.Forwarded) ? $"{choice.Endpoint}: {way.Disposition}"
        : way.Masquerade != choice.Masquerade ? $"{choice.Endpoint}: {(way.Masquerade ? "" : "not ")}masqueraded"
        : choice.Masquerade ? way.Source is { } source && node.LocalAddresses.Contains(source) ? null : $"{choice.Endpoint}: the source becomes {way.Source}"
        : KeepsSource(way) ? null : $"{choice.Endpoint}: the source is changed";

    private bool KeepsSource(Outcome way) => !way.Masquerade && way.Source == packet.Source && way.SourcePort == packet.SourcePort;

    /// <summary>The ways left when just these memories hold.</summary>
    protected List<Outcome> World(params ReadOnlySpan<string> remembered)
    {
        var holding = new HashSet<string>(remembered.ToArray(), StringComparer.Ordinal);
        return WorldOf(trace, holding);
    }

    /// <summary>The ways of a trace left when just these memories hold.</summary>
    protected static List<Outcome> WorldOf(Trace trace, HashSet<string> holding) =>
        trace.Outcomes.Where(o => o.Conditions.All(c =>
            c.StartsWith("if ", StringComparison.Ordinal)
                ? c.Contains(LocalnetSysctl, StringComparison.Ordinal) || holding.Contains(c["if ".Length..])
                : !c.Contains(LocalnetSysctl, StringComparison.Ordinal) && !holding.Contains(c["unless ".Length..]))).ToList();
}
