namespace Sluice.Dataplane.Migration;

/// <summary>How a Service behaves differently, for one cause.</summary>
/// <param name="Service">The Service port.</param>
/// <param name="Packets">How many of the packets asked about.</param>
/// <param name="Example">The first of them.</param>
public sealed record ServiceDifference(string Service, int Packets, BehaviourDifference Example);
