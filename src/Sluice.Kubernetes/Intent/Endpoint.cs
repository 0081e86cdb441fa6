using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>One place that may serve a Service port, as all of its slices together say.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port, 1 to 65535.</param>
public sealed record Endpoint(NetAddress Address, int Port)
{
    /// <summary>Whether it runs on the node that routes.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Ready for new connections.</summary>
    public bool Ready { get; init; } = true;

    /// <summary>Able to serve, though perhaps about to end.</summary>
    public bool Serving { get; init; } = true;

    /// <summary>About to end.</summary>
    public bool Terminating { get; init; }

    /// <summary>How much of the connections it gets compared with others, 1 to 100.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>The zones it is meant for.</summary>
    public EquatableArray<string> ZoneHints { get; init; }

    /// <summary>The nodes it is meant for.</summary>
    public EquatableArray<string> NodeHints { get; init; }

    /// <summary><c>address:port</c>, or <c>[address]:port</c> for IPv6.</summary>
    public override string ToString() => Address.WithPort(Port);
}
