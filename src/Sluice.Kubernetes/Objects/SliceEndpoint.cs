using Sluice.Net;

namespace Sluice.Kubernetes.Objects;

/// <summary>One element of an EndpointSlice's <c>endpoints</c>, by its first address.</summary>
/// <param name="Address">The first of <c>addresses</c>; the API guarantees that all are the same endpoint.</param>
public sealed record SliceEndpoint(NetAddress Address)
{
    /// <summary><c>conditions.ready</c>; true when not said.</summary>
    public bool Ready { get; init; } = true;

    /// <summary><c>conditions.serving</c>; true when not said.</summary>
    public bool Serving { get; init; } = true;

    /// <summary><c>conditions.terminating</c>; false when not said.</summary>
    public bool Terminating { get; init; }

    /// <summary>The node it runs on; null when not said.</summary>
    public string? NodeName { get; init; }

    /// <summary>How much of the connections it gets compared with others, 1 to 100: the annotation <c>sluice.dev/weight</c> of its slice.</summary>
    public int Weight { get; init; } = 1;

    /// <summary><c>hints.forZones[].name</c>.</summary>
    public EquatableArray<string> ZoneHints { get; init; }

    /// <summary><c>hints.forNodes[].name</c>.</summary>
    public EquatableArray<string> NodeHints { get; init; }
}
