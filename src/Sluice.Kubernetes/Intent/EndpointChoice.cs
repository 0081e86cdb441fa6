using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>Which endpoints of a Service port a node uses: what endpoint selection decides.</summary>
/// <param name="Cluster">For Cluster policy, in the order of their text; used by pods and the node itself also under an external Local policy.</param>
/// <param name="Local">For Local policy, in the order of their text.</param>
/// <param name="All">Every endpoint of either list that is used, once, in the order of their text.</param>
/// <param name="HasAny">
/// Whether the Service has endpoints at all: without any, packets are refused; with some that the policy forbids here, dropped.
/// </param>
public sealed record EndpointChoice(EquatableArray<Endpoint> Cluster, EquatableArray<Endpoint> Local, EquatableArray<Endpoint> All, bool HasAny)
{
    /// <summary>No endpoints.</summary>
    public static EndpointChoice None { get; } = new([], [], [], HasAny: false);
}
