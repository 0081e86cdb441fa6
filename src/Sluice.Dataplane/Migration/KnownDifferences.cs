using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Migration;

/// <summary>All differences between modes that are intended, or that a mode cannot help, as the documents list them.</summary>
public static class KnownDifferences
{
    private const string Iptables = "iptables";
    private const string Ipvs = "ipvs";
    private const string Nftables = "nftables";
    private const string OfIptables = "docs/kube-proxy-differences.md";
    private const string OfIpvs = "docs/ipvs-mode.md";
    private const string OfNftables = "docs/nftables-mode.md";

    // What rounding may move: below 1 in so many for a draw, of at most as many draws as there are endpoints.
    internal const int DrawsPerRounding = 1_000_000_000;

    /// <summary>Shares that are rounded to what iptables can say.</summary>
    public static KnownDifference RoundedShares { get; } = new(
        "rounded-shares", Iptables, "iptables mode draws with ten decimals, so shares differ by less than 1 in 10^9: no connection will notice.", OfIptables);

    /// <summary>Weights that only some modes know.</summary>
    public static KnownDifference WeightsIgnored { get; } = new(
        "weights-ignored", Iptables, "iptables mode knows no weights: every endpoint gets the same share.", OfIptables);

    /// <summary>Node ports on other addresses.</summary>
    public static KnownDifference NodePortAddresses { get; } = new(
        "node-port-addresses", null,
        "nftables mode serves node ports on the node's own address only, and not on loopback, unless --nodeport-addresses or --nftables-localhost-nodeports says otherwise.", OfNftables);

    /// <summary>Choice by other schedulers than round robin.</summary>
    public static KnownDifference Scheduler { get; } = new(
        "ipvs-scheduler", Ipvs, "IPVS chooses by the configured scheduler, not at random by share.", OfIpvs);

    /// <summary>Those about where a packet goes, mode by mode.</summary>
    public static IReadOnlyList<KnownDifference> ByPacket { get; } =
    [
        new("contested-address", Iptables, "Of several Services that claim one address, iptables mode takes the first that delivers; the others take the first by name.", OfIptables)
        {
            Concerns = (index, packet, _) => index.Claimants(packet).Count > 1,
        },
        new("own-packet-without-endpoints", Iptables, "The node's own packet to an external address of a Service without endpoints leaves the node in iptables mode instead of being refused.", OfIptables)
        {
            Concerns = (index, packet, _) => packet.Entry == PacketEntry.Local && !index.Intent.Node.IsOwnAddress(packet.Destination) &&
                index.OfAddress(packet).Any(p => !p.Endpoints.HasAny && p.ClusterIP != packet.Destination),
        },
        new("blocked-without-endpoints", Iptables, "Without endpoints, who is outside the source ranges is refused in iptables mode instead of dropped.", OfIptables)
        {
            Concerns = (index, packet, meant) => meant is RouteAnswer.Dropped { Reason: DropReason.SourceNotAllowed } && index.OfAddress(packet).Any(p => !p.Endpoints.HasAny),
        },
        new("refusal-on-every-address", Iptables, "Without endpoints, a node port is refused in iptables mode on all addresses of the node, not only on those that serve node ports.", OfIptables)
        {
            Concerns = (index, packet, meant) => meant is RouteAnswer.NotAService && index.Intent.Node.IsOwnAddress(packet.Destination) &&
                index.OfNodePort(packet) is { } port && port.ExternalEndpoints.Count == 0,
        },
        new("unused-port-of-cluster-ip", Nftables, "Another port of a cluster address is refused at once in nftables mode; nobody else can answer there.", OfNftables)
        {
            Concerns = (index, packet, meant) => meant is RouteAnswer.NotAService && index.OfClusterIP(packet.Destination).Any(),
        },
        new("unallocated-cluster-ip", Nftables, "A cluster address that no Service has is dropped in nftables mode, where the cluster says its ranges.", OfNftables)
        {
            Concerns = (index, packet, meant) => meant is RouteAnswer.NotAService && index.Intent.Node.ServiceCidrs.Any(c => c.Contains(packet.Destination)),
        },
        new("unused-port-of-service-address", Ipvs, "Another port of a Service's address is refused at once in IPVS mode: the address is the node's there.", OfIpvs)
        {
            Concerns = (index, packet, meant) => meant is RouteAnswer.NotAService && IsVirtual(index, packet.Destination),
        },
        new("node-port-on-loopback", Ipvs, "Node ports do not answer on loopback addresses in IPVS mode: IPVS sends nothing from one to another host.", OfIpvs)
        {
            Concerns = (index, packet, _) => packet.Destination.IsLoopback && index.OfNodePort(packet) is not null,
        },
        new("health-port-on-service-address", Ipvs, "In IPVS mode the node answers for a Service's health on the Service's addresses too.", OfIpvs)
        {
            Concerns = (index, packet, _) => IsVirtual(index, packet.Destination) && index.Intent.Ports.Any(p => p.HealthCheckNodePort != 0 && p.HealthCheckNodePort == packet.DestinationPort),
        },
        new("service-address-as-source", Ipvs, "What comes with a Service's address as its source counts as the node's own in IPVS mode.", OfIpvs)
        {
            Concerns = (index, packet, _) => IsVirtual(index, packet.Source),
        },
        new("local-endpoints-for-all", Ipvs, "While a Service of external policy Local has endpoints on the node, pods and the node itself reach only those in IPVS mode.", OfIpvs)
        {
            Concerns = (index, packet, _) => index.Claimants(packet).Any(p => p is { ExternalPolicyLocal: true, Endpoints.Local.Count: > 0 } && p.ClusterIP != packet.Destination),
        },
        new("hairpin-elsewhere", Ipvs, "An endpoint of another node that reaches itself through this one keeps its address in IPVS mode, as with kube-proxy.", OfIpvs)
        {
            Concerns = (index, packet, meant) => meant is RouteAnswer.Forwarded forwarded &&
                forwarded.Choices.Any(c => c.Endpoint.Address == packet.Source && !c.Endpoint.IsLocal),
        },
        new("loopback-source", Ipvs, "What a program sends from a loopback address reaches only endpoints on the node's own addresses in IPVS mode.", OfIpvs)
        {
            Concerns = (_, packet, _) => packet.Source.IsLoopback,
        },
    ];

    private static bool IsVirtual(IntentIndex index, NetAddress address) => index.IsServiceAddress(address) && !index.Intent.Node.IsOwnAddress(address);
}
