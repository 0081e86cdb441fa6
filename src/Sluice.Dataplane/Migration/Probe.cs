using Sluice.Net;

namespace Sluice.Dataplane.Migration;

/// <summary>One packet that both sides are asked about: the first of a connection.</summary>
/// <param name="Target">Where to.</param>
/// <param name="Origin">Where from.</param>
/// <param name="Packet">The packet.</param>
public sealed record Probe(ProbeTarget Target, ProbeOrigin Origin, Packet Packet);
