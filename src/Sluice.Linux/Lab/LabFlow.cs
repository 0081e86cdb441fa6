using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>Where a client of the lab connects to.</summary>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Destination">The address.</param>
/// <param name="Port">The port.</param>
public sealed record LabFlow(L4Protocol Protocol, NetAddress Destination, int Port)
{
    /// <summary>The address the client sends from; null leaves it to the kernel.</summary>
    public NetAddress? Source { get; init; }

    /// <summary>
    /// The port the client sends from, where <see cref="Source"/> is said, if only as unspecified; of many connections that of the first, the others have the
    /// ports behind it. 0 leaves it to the kernel, which may take one again that a UDP flow had.
    /// </summary>
    public int SourcePort { get; init; }

    /// <summary>How long the client waits before it calls the connection timed out.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public override string ToString() => $"{Protocol} {Destination.WithPort(Port)}";
}
