namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>The iptables chains of IPVS mode and how packets get to them: kube-proxy's layout, and a chain of our own in two tables.</summary>
public static class IpvsChains
{
    /// <summary>Marks for masquerade what leaves for a node port (in nat); lets questions for health in (in filter).</summary>
    public const string NodePort = "KUBE-NODE-PORT";

    /// <summary>Marks for masquerade what comes to load-balancer addresses.</summary>
    public const string LoadBalancer = "KUBE-LOAD-BALANCER";

    /// <summary>Drops who is not among the source ranges of the address.</summary>
    public const string SourceRanges = "KUBE-SOURCE-RANGES-FIREWALL";

    /// <summary>Keeps programs of the node from being reached by addresses of Services.</summary>
    public const string Filter = "KUBE-IPVS-FILTER";

    /// <summary>Where kube-proxy drops by a rule for each address what the node itself may not reach. Here it is empty: <see cref="Firewall"/> does so.</summary>
    public const string OutFilter = "KUBE-IPVS-OUT-FILTER";

    /// <summary>
    /// Drops what has no endpoint here, and what the node itself may not reach. The node's own packets meet IPVS before the filter table: for them it
    /// stands in mangle.
    /// </summary>
    public const string Firewall = "SLUICE-FIREWALL";

    private const string NewConnection = "-m conntrack --ctstate NEW";
    private const string Portals = "kubernetes service portals";
    private const string AccessFilter = "kubernetes ipvs access filter";
    private const string SourceFirewall = "kube-proxy firewall rules";

    /// <summary>The jumps of the built-in chains, in the order of <see cref="RuleLayout.Jumps"/>.</summary>
    public static IReadOnlyList<JumpRule> Jumps { get; } =
    [
        new("nat", "OUTPUT", SharedChains.Services, "", Portals),
        new("nat", "PREROUTING", SharedChains.Services, "", Portals),
        new("nat", "POSTROUTING", SharedChains.Postrouting, "", "kubernetes postrouting rules"),
        new("filter", "FORWARD", SharedChains.Forward, "", "kubernetes forwarding rules"),
        new("filter", "INPUT", NodePort, "", "kubernetes health check rules"),
        new("filter", "INPUT", SharedChains.ProxyFirewall, "", SourceFirewall),
        new("filter", "FORWARD", SharedChains.ProxyFirewall, "", SourceFirewall),
        new("filter", "INPUT", Filter, "", AccessFilter),
        new("filter", "OUTPUT", OutFilter, "", AccessFilter),
        new("filter", "INPUT", Firewall, NewConnection, "kubernetes services without local endpoints"),
        new("mangle", "OUTPUT", Firewall, NewConnection, "kubernetes services closed to this node"),
    ];

    /// <summary>The chains themselves, with their tables.</summary>
    public static IReadOnlyList<(string Table, string Chain)> All { get; } =
    [
        ("mangle", Firewall),
        ("filter", Firewall),
        ("filter", SharedChains.Forward),
        ("filter", NodePort),
        ("filter", SharedChains.ProxyFirewall),
        ("filter", SourceRanges),
        ("filter", Filter),
        ("filter", OutFilter),
        ("nat", SharedChains.Services),
        ("nat", SharedChains.Postrouting),
        ("nat", NodePort),
        ("nat", LoadBalancer),
        ("nat", SharedChains.MarkMasquerade),
    ];
}
