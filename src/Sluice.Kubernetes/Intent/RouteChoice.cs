namespace Sluice.Kubernetes.Intent;

/// <summary>One endpoint that a packet may go to.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Masquerade">Whether the source becomes an address of the node, so that the answer comes back through it.</param>
public sealed record RouteChoice(Endpoint Endpoint, bool Masquerade)
{
    /// <summary>How likely it is compared with the others: of all weights together, this much (<see cref="RouteAnswer.Forwarded.TotalWeight"/>).</summary>
    public int Weight => Endpoint.Weight;
}
