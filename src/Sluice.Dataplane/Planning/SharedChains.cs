namespace Sluice.Dataplane.Planning;

/// <summary>The chains of a plan that are there with or without Services, and how packets get to them: kube-proxy's layout.</summary>
public static class SharedChains
{
    /// <summary>Where packets to Services' addresses are found (in nat), or refused for want of endpoints (in filter).</summary>
    public const string Services = "KUBE-SERVICES";

    /// <summary>Where packets to addresses reachable from outside are refused or dropped for want of endpoints.</summary>
    public const string ExternalServices = "KUBE-EXTERNAL-SERVICES";

    /// <summary>Node ports (in nat); what asks for a Service's health (in filter).</summary>
    public const string NodePorts = "KUBE-NODEPORTS";

    /// <summary>What a Service's source ranges do not admit is dropped here.</summary>
    public const string ProxyFirewall = "KUBE-PROXY-FIREWALL";

    /// <summary>Admits forwarded packets of Services.</summary>
    public const string Forward = "KUBE-FORWARD";

    /// <summary>Masquerades what is marked.</summary>
    public const string Postrouting = "KUBE-POSTROUTING";

    /// <summary>Marks for masquerading.</summary>
    public const string MarkMasquerade = "KUBE-MARK-MASQ";

    /// <summary>The kubelet's chain, which kube-proxy adds a rule to; neither its other rules nor its jumps are the proxy's to remove.</summary>
    public const string KubeletFirewall = "KUBE-FIREWALL";

    /// <summary>
    /// An empty chain of nat that tells this proxy's rules from kube-proxy's, whose names are the same. It bears the name of a Service's chain, though of
    /// none that can be: kube-proxy removes it with the first sync that makes the rules its own.
    /// </summary>
    public const string Signature = ChainNaming.ClusterPrefix + "SLUICE";

    private const string NewConnection = "-m conntrack --ctstate NEW";
    private const string Portals = "kubernetes service portals";
    private const string ExternalPortals = "kubernetes externally-visible service portals";
    private const string HealthChecks = "kubernetes health check service ports";
    private const string Forwarding = "kubernetes forwarding rules";
    private const string Firewall = "kubernetes load balancer firewall";

    /// <summary>
    /// The jumps of the built-in chains, in the order in which kube-proxy puts each missing one before all other rules: the
    /// last of a built-in chain comes to stand first in it.
    /// </summary>
    public static IReadOnlyList<JumpRule> Jumps { get; } =
    [
        new("filter", "INPUT", ExternalServices, NewConnection, ExternalPortals),
        new("filter", "FORWARD", ExternalServices, NewConnection, ExternalPortals),
        new("filter", "INPUT", NodePorts, "", HealthChecks),
        new("filter", "FORWARD", Services, NewConnection, Portals),
        new("filter", "OUTPUT", Services, NewConnection, Portals),
        new("filter", "FORWARD", Forward, "", Forwarding),
        new("filter", "INPUT", ProxyFirewall, NewConnection, Firewall),
        new("filter", "OUTPUT", ProxyFirewall, NewConnection, Firewall),
        new("filter", "FORWARD", ProxyFirewall, NewConnection, Firewall),
        new("nat", "OUTPUT", Services, "", Portals),
        new("nat", "PREROUTING", Services, "", Portals),
        new("nat", "POSTROUTING", Postrouting, "", "kubernetes postrouting rules"),
        new("filter", "INPUT", KubeletFirewall, "", ""),
        new("filter", "OUTPUT", KubeletFirewall, "", ""),
    ];

    /// <summary>The chains themselves, with their tables.</summary>
    public static IReadOnlyList<(string Table, string Chain)> All { get; } =
    [
        ("filter", Services),
        ("filter", ExternalServices),
        ("filter", Forward),
        ("filter", NodePorts),
        ("filter", ProxyFirewall),
        ("filter", KubeletFirewall),
        ("nat", Services),
        ("nat", NodePorts),
        ("nat", Postrouting),
        ("nat", MarkMasquerade),
    ];

    /// <summary>Those of the chains that Services add rules to, before the rules that are always there; indexed by <see cref="DispatchChain"/>.</summary>
    public static IReadOnlyList<(string Table, string Chain)> Dispatching { get; } =
    [
        ("filter", Services),
        ("filter", ExternalServices),
        ("filter", NodePorts),
        ("filter", ProxyFirewall),
        ("nat", Services),
        ("nat", NodePorts),
    ];

    /// <summary>The place of a chain in <see cref="Dispatching"/>; -1 when it is none of them.</summary>
    internal static int DispatchIndex(string table, string chain)
    {
        for (var i = 0; i < Dispatching.Count; i++)
        {
            if (Dispatching[i].Chain == chain && Dispatching[i].Table == table)
            {
                return i;
            }
        }

        return -1;
    }
}
