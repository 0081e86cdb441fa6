namespace Sluice.Dataplane.Planning;

/// <summary>The kinds of a Service port's chains; one leads to later ones only.</summary>
internal enum ServiceChainKind
{
    /// <summary>KUBE-FW-.</summary>
    Firewall,

    /// <summary>KUBE-EXT-.</summary>
    External,

    /// <summary>KUBE-SVC-.</summary>
    Cluster,

    /// <summary>KUBE-SVL-.</summary>
    Local,

    /// <summary>KUBE-SEP-.</summary>
    Endpoint,
}
