namespace Sluice.Kubernetes.Configuration;

/// <summary>What becomes of kube-proxy's feature gates: what they switch is either there or not.</summary>
public static class FeatureGates
{
    // Gates of kube-proxy 1.32 to 1.36 with what is so here; null where nothing here depends on it.
    private static readonly Dictionary<string, bool?> s_gates = new(StringComparer.Ordinal)
    {
        ["AllAlpha"] = false,
        ["AllBeta"] = null,
        ["ComponentFlagz"] = false,
        ["ComponentSLIs"] = null,
        ["ComponentStatusz"] = false,
        ["ContextualLogging"] = null,
        ["KubeProxyDrainingTerminatingNodes"] = true,
        ["LoadBalancerIPMode"] = true,
        ["LoggingAlphaOptions"] = false,
        ["LoggingBetaOptions"] = null,
        ["MinimizeIPTablesRestore"] = true,
        ["MultiCIDRServiceAllocator"] = true,
        ["NFTablesProxyMode"] = true,
        ["PreferSameTrafficDistribution"] = true,
        ["ServiceTrafficDistribution"] = true,
        ["TopologyAwareHints"] = true,
        ["WinDSR"] = null,
        ["WinOverlay"] = null,
    };

    /// <summary>What to tell of some gates: those that nobody knows here, and those that ask for what is not so.</summary>
    public static IEnumerable<string> Remarks(IEnumerable<KeyValuePair<string, bool>> gates) => gates
        .Select(g => !s_gates.TryGetValue(g.Key, out var state) ? $"feature gate {Json.Shown.Line(g.Key)} is not known"
            : state is { } isOn && isOn != g.Value ? $"feature gate {g.Key} is always {(isOn ? "on" : "off")} here"
            : null)
        .OfType<string>();
}
