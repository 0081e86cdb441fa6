namespace Sluice.Dataplane.Services;

/// <summary>The names of the chains that serve Services, as kube-proxy chooses them.</summary>
internal static class ServiceChains
{
    public const string Services = "KUBE-SERVICES";
    public const string NodePorts = "KUBE-NODEPORTS";
    public const string ExternalServices = "KUBE-EXTERNAL-SERVICES";

    public const string ProxyFirewall = "KUBE-PROXY-FIREWALL";
    public const string Postrouting = "KUBE-POSTROUTING";

    private const string Cluster = "KUBE-SVC-";
    private const string Local = "KUBE-SVL-";
    private const string OldLocal = "KUBE-XLB-";
    private const string External = "KUBE-EXT-";
    private const string Firewall = "KUBE-FW-";
    private const string Endpoint = "KUBE-SEP-";

    private static readonly string[] s_perService = [Cluster, Local, OldLocal, External, Firewall];

    /// <summary>Whether the chain chooses among all endpoints of a Service.</summary>
    public static bool IsCluster(string? chain) => chain?.StartsWith(Cluster, StringComparison.Ordinal) ?? false;

    /// <summary>Whether the chain chooses among this node's endpoints of a Service.</summary>
    public static bool IsLocal(string? chain) => chain is not null &&
        (chain.StartsWith(Local, StringComparison.Ordinal) || chain.StartsWith(OldLocal, StringComparison.Ordinal));

    /// <summary>Whether the chain handles traffic to a Service's external addresses.</summary>
    public static bool IsExternal(string? chain) => chain?.StartsWith(External, StringComparison.Ordinal) ?? false;

    /// <summary>Whether the chain lets only some sources through to a load balancer's address.</summary>
    public static bool IsFirewall(string? chain) => chain?.StartsWith(Firewall, StringComparison.Ordinal) ?? false;

    /// <summary>Whether the chain translates to one endpoint.</summary>
    public static bool IsEndpoint(string? chain) => chain?.StartsWith(Endpoint, StringComparison.Ordinal) ?? false;

    /// <summary>Whether the chain only marks packets to be masqueraded.</summary>
    public static bool IsMasqueradeMark(string? chain) => chain == "KUBE-MARK-MASQ";

    /// <summary>Whether the chain only marks packets to be dropped later.</summary>
    public static bool IsDropMark(string? chain) => chain == "KUBE-MARK-DROP";

    /// <summary>The part of a Service's chain names that all of them share; null for a chain of another kind.</summary>
    public static string? Hash(string? chain)
    {
        foreach (var prefix in s_perService)
        {
            if (chain?.StartsWith(prefix, StringComparison.Ordinal) ?? false)
            {
                return chain[prefix.Length..];
            }
        }

        return null;
    }

    /// <summary>The chain that chooses among all endpoints of the Service with this hash.</summary>
    public static string ClusterOf(string hash) => Cluster + hash;
}
