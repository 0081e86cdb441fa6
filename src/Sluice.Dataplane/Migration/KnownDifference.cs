using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Migration;

/// <summary>A place where a mode is meant to differ from what a Service means, or cannot help it. Listed in the documents by this name.</summary>
/// <param name="Name">The stable name.</param>
/// <param name="Mode">The mode; null for more than one.</param>
/// <param name="Reason">What the mode does, and why, in one sentence.</param>
/// <param name="Document">The document that lists it.</param>
public sealed record KnownDifference(string Name, string? Mode, string Reason, string Document)
{
    /// <summary>Whether it concerns a packet of which the intent says what is meant.</summary>
    internal Func<IntentIndex, Packet, RouteAnswer, bool> Concerns { get; init; } = (_, _, _) => false;
}
