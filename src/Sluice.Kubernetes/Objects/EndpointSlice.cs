using Sluice.Net;

namespace Sluice.Kubernetes.Objects;

/// <summary>A discovery.k8s.io/v1 EndpointSlice.</summary>
/// <param name="Name">Its namespace and name.</param>
public sealed record EndpointSlice(ObjectName Name) : ClusterObject(Name)
{
    /// <summary>The Service it belongs to (label <c>kubernetes.io/service-name</c>, same namespace); null without the label.</summary>
    public ObjectName? Service { get; init; }

    /// <summary><c>addressType</c>; null for FQDN, which no proxy routes.</summary>
    public IPFamily? Family { get; init; }

    /// <summary>Whether the label <c>service.kubernetes.io/headless</c> takes it from every proxy.</summary>
    public bool IsHeadless { get; init; }

    /// <summary>The ports, which every endpoint of the slice serves.</summary>
    public EquatableArray<EndpointPort> Ports { get; init; }

    /// <summary>The endpoints.</summary>
    public EquatableArray<SliceEndpoint> Endpoints { get; init; }

    /// <summary>When what last changed the endpoints happened, as their controller says; slices that differ in this alone are equal.</summary>
    public TriggerTime LastChange { get; init; }
}
