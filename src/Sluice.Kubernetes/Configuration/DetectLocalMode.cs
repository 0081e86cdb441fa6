namespace Sluice.Kubernetes.Configuration;

/// <summary>kube-proxy's <c>--detect-local-mode</c>: by what traffic of pods is known.</summary>
public enum DetectLocalMode
{
    /// <summary>The cluster's pod addresses.</summary>
    ClusterCidr,

    /// <summary>The node's own pod addresses.</summary>
    NodeCidr,

    /// <summary>The bridge it comes over.</summary>
    BridgeInterface,

    /// <summary>The beginning of the name of the interface it comes over.</summary>
    InterfaceNamePrefix,
}
