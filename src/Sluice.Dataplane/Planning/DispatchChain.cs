namespace Sluice.Dataplane.Planning;

/// <summary>The chains that all Services add rules to, in the order of <see cref="SharedChains.Dispatching"/>.</summary>
internal enum DispatchChain
{
    /// <summary>filter KUBE-SERVICES.</summary>
    FilterServices,

    /// <summary>filter KUBE-EXTERNAL-SERVICES.</summary>
    ExternalServices,

    /// <summary>filter KUBE-NODEPORTS.</summary>
    HealthChecks,

    /// <summary>filter KUBE-PROXY-FIREWALL.</summary>
    ProxyFirewall,

    /// <summary>nat KUBE-SERVICES.</summary>
    NatServices,

    /// <summary>nat KUBE-NODEPORTS.</summary>
    NodePorts,
}
