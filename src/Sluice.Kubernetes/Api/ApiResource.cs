using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Api;

/// <summary>A resource of the API that is followed, and which of its objects.</summary>
/// <param name="Kind">What its objects are.</param>
/// <param name="Name">What the API calls it, for messages: <c>services</c>.</param>
/// <param name="Path">Where it is, for all namespaces.</param>
/// <param name="Selectors">Query parameters that choose objects, escaped; empty for all.</param>
internal sealed record ApiResource(ObjectKind Kind, string Name, string Path, string Selectors)
{
    // As kube-proxy: what another proxy serves, and what none does. Slices have the labels of their Services.
    private const string Served =
        "labelSelector=%21service.kubernetes.io%2Fheadless%2C%21service.kubernetes.io%2Fservice-proxy-name";

    /// <summary>The <c>kind</c> of a list of them.</summary>
    public string ListKind => Kind == ObjectKind.ServiceCidr ? "ServiceCIDRList" : $"{Kind}List";

    /// <summary>Whether the proxy does its work where it may not be read, or does not exist: ServiceCIDRs came with Kubernetes 1.33.</summary>
    public bool IsOptional => Kind == ObjectKind.ServiceCidr;

    /// <summary>All that a proxy follows.</summary>
    /// <param name="nodeName">The node it is for; null for all nodes.</param>
    public static IReadOnlyList<ApiResource> All(string? nodeName) =>
    [
        new(ObjectKind.Service, "services", "/api/v1/services", Served),
        new(ObjectKind.EndpointSlice, "endpointslices", "/apis/discovery.k8s.io/v1/endpointslices", Served),
        new(ObjectKind.Node, "nodes", "/api/v1/nodes", nodeName is null ? "" : $"fieldSelector=metadata.name%3D{Uri.EscapeDataString(nodeName)}"),
        new(ObjectKind.ServiceCidr, "servicecidrs", "/apis/networking.k8s.io/v1/servicecidrs", ""),
    ];

    /// <summary>The path and query of a request.</summary>
    /// <param name="parameters">More query parameters, escaped.</param>
    public string With(string parameters) => Selectors.Length == 0 ? $"{Path}?{parameters}" : $"{Path}?{Selectors}&{parameters}";
}
