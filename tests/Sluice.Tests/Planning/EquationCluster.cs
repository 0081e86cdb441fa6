using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Tests.Planning;

/// <summary>A cluster as one node of it sees it: what the equation is asked of.</summary>
/// <param name="Seed">What it was made from, and what its packets are drawn with.</param>
/// <param name="Options">What shapes the rules; the family asked about.</param>
/// <param name="Node">The node.</param>
/// <param name="PodInterface">The interface by which its pods are reached.</param>
/// <param name="Services">The Services.</param>
/// <param name="Slices">Their EndpointSlices.</param>
internal sealed record EquationCluster(
    int Seed, IptablesPlanOptions Options, NodeProfile Node, string PodInterface, EquatableArray<Service> Services, EquatableArray<EndpointSlice> Slices)
{
    public IPFamily Family => Options.Family;

    public ServiceIntent ToIntent()
    {
        var slices = Slices.ToLookup(s => s.Service);
        return ServiceIntent.Of(Services, name => [.. slices[name]], Node, Family);
    }

    public override string ToString() => EquationText.Of(this);
}
