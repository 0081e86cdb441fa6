using Sluice.Dataplane.Services;
using Sluice.Netfilter.Net;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Services;

/// <summary>What discovery computes from the chains' structure, the tracer finds by following packets.</summary>
public sealed class TracerAgreementTests
{
    private const string Pod = "10.200.0.9";
    private const string Client = "203.0.113.7";

    [Fact]
    public void Endpoints_are_those_the_tracer_finds_with_the_same_probabilities()
    {
        var compared = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            var node = Cases.Read(new KubeProxyText(seed).Write(services: 12));
            var tracer = new Tracer(node);
            foreach (var service in ServiceFinder.FindAll(node.Ruleset))
            {
                foreach (var address in service.Addresses)
                {
                    compared += Compare(tracer, service, address, seed);
                }
            }
        }

        Assert.True(compared > 500, $"only {compared} addresses compared");
    }

    private static int Compare(Tracer tracer, ServiceInfo service, ServiceAddress address, int seed)
    {
        if (address.Address is not { } destination || address.Target is null)
        {
            return 0;
        }

        var isInside = address.Kind == ServiceAddressKind.ClusterIP;
        var expected = !isInside && service.ExternalPolicy == TrafficPolicy.Local ? service.LocalEndpoints : service.Endpoints;
        var packet = new Packet(service.Protocol, NetAddress.Parse(isInside ? Pod : Client), destination) { SourcePort = 40000, DestinationPort = address.Port };
        var trace = tracer.Trace(packet);
        var found = trace.Outcomes
            .Where(o => o.Conditions.All(c => c.StartsWith("unless", StringComparison.Ordinal)) && o.Destination != destination)
            .GroupBy(o => o.Destination!.Value.WithPort(o.DestinationPort))
            .ToDictionary(g => g.Key, g => g.Aggregate(Probability.Zero, (sum, o) => sum + o.Probability));
        var wanted = expected.GroupBy(e => e.ToString()).ToDictionary(g => g.Key, g => g.Aggregate(Probability.Zero, (sum, e) => sum + e.Probability));

        // Equal endpoints of both policies are told once.
        if (!isInside && service.ExternalPolicy == TrafficPolicy.Local && expected.Count == 0 && found.Count > 0)
        {
            wanted = service.Endpoints.ToDictionary(e => e.ToString(), e => e.Probability);
        }

        Assert.True(
            wanted.Count == found.Count && wanted.All(w => found.GetValueOrDefault(w.Key) == w.Value),
            $"seed {seed}, {service.FullName} {address}: {string.Join(", ", wanted)} but the tracer says {string.Join(", ", found)}");
        if (isInside && !service.HasAffinity)
        {
            var nat = trace.Outcomes[0].Path.TakeWhile(s => s.Chain.Name != service.Chain).ToList();
            Assert.Equal(address.RulesToReach, nat.Sum(s => s.RuleNumber));
        }

        return 1;
    }
}
