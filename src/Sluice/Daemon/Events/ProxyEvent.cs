using Sluice.Kubernetes.Objects;

namespace Sluice.Daemon.Events;

/// <summary>Something that is told to the cluster as an Event (events.k8s.io/v1).</summary>
/// <param name="Reason">Why it is told, in one word, such as <c>FailedToStartServiceHealthcheck</c>; the words are kube-proxy's.</param>
/// <param name="Action">What the proxy was doing, in one word, such as <c>Listen</c>.</param>
/// <param name="Note">What happened, in one line.</param>
internal sealed record ProxyEvent(string Reason, string Action, string Note)
{
    /// <summary>The Service it is about; null when it is about the node.</summary>
    public ObjectName? Service { get; init; }

    /// <summary>Whether something is wrong.</summary>
    public bool IsWarning { get; init; } = true;

    /// <summary>The proxy has started.</summary>
    public static ProxyEvent Starting { get; } = new("Starting", "StartKubeProxy", "") { IsWarning = false };

    /// <summary>The proxy routes in IPVS mode. The word and when it is told are kube-proxy's, since 1.35 (KEP-5495).</summary>
    public static ProxyEvent IpvsDeprecated { get; } = new(
        "IPVSDeprecation",
        "StartKubeProxy",
        "IPVS mode is deprecated: kube-proxy has it off by default from Kubernetes 1.40 on, and drops it in 1.43. Move to nftables mode, which does the same with less");

    /// <summary>Health cannot be served.</summary>
    public static ProxyEvent NoHealth(string problem) => new("FailedToStartProxierHealthcheck", "StartKubeProxy", problem);

    /// <summary>Metrics cannot be served.</summary>
    public static ProxyEvent NoMetrics(string problem) => new("FailedToStartMetricServer", "StartKubeProxy", problem);

    /// <summary>A Service's health-check port cannot be served.</summary>
    public static ProxyEvent NoServiceHealth(ObjectName service, string problem) => new("FailedToStartServiceHealthcheck", "Listen", problem) { Service = service };
}
