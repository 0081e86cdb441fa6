using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Services;

/// <summary>What discovery computes from the chains' structure, the tracer finds by following packets.</summary>
public sealed class TracerAgreementTests
{
    private static readonly Dictionary<IPFamily, (string Pod, string Client)> s_sources = new()
    {
        [IPFamily.IPv4] = ("10.200.0.9", "203.0.113.7"),
        [IPFamily.IPv6] = ("fd00:10::200", "2001:db8:9::7"),
    };

    [Fact]
    public void Endpoints_are_those_the_tracer_finds_with_the_same_probabilities()
    {
        var compared = 0;
        for (var seed = 1; seed <= 60; seed++)
        {
            var node = Cases.Read(new KubeProxyText(seed).Write(services: 12));
            var tracer = new Tracer(node);
            foreach (var service in ServiceFinder.FindAll(node))
            {
                foreach (var address in service.Addresses)
                {
                    compared += Compare(tracer, service, address, seed);
                }
            }
        }

        Assert.True(compared > 500, $"only {compared} addresses compared");
    }

    [Fact]
    public void So_it_is_for_the_rules_of_kube_proxys_own_tests()
    {
        var folder = Conformance();
        Assert.SkipWhen(folder is null, "shared/conformance is not beside the source tree");
        var compared = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "rules.ip*-save.txt", SearchOption.AllDirectories))
        {
            var node = SnapshotReader.Read([new SourceText(file, File.ReadAllBytes(file))]).Snapshot;
            var tracer = new Tracer(node);
            compared += ServiceFinder.FindAll(node).Sum(s => s.Addresses.Sum(a => Compare(tracer, s, a, seed: 0)));
        }

        Assert.True(compared > 90, $"only {compared} addresses compared");
    }

    private static string? Conformance()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "conformance", "kube-proxy-flows", "iptables");
            if (Directory.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static int Compare(Tracer tracer, ServiceInfo service, ServiceAddress address, int seed)
    {
        if (address.Address is not { } destination || address.Target is null)
        {
            return 0;
        }

        var (pod, client) = s_sources[service.Family];
        var isInside = address.Kind == ServiceAddressKind.ClusterIP;
        var packet = new Packet(service.Protocol, NetAddress.Parse(isInside ? pod : client), destination) { SourcePort = 40000, DestinationPort = address.Port };
        var trace = tracer.Trace(packet);
        var found = trace.Outcomes
            .Where(o => o.Conditions.All(c => c.StartsWith("unless", StringComparison.Ordinal)) && o.Destination != destination)
            .GroupBy(o => o.Destination!.Value.WithPort(o.DestinationPort))
            .ToDictionary(g => g.Key, g => g.Aggregate(Probability.Zero, (sum, o) => sum + o.Probability));
        var wanted = address.Endpoints.GroupBy(e => e.ToString()).ToDictionary(g => g.Key, g => g.Aggregate(Probability.Zero, (sum, e) => sum + e.Probability!.Value));
        Assert.True(
            wanted.Count == found.Count && wanted.All(w => found.GetValueOrDefault(w.Key) == w.Value),
            $"seed {seed}, {service.FullName} {address}: {string.Join(", ", wanted)} but the tracer says {string.Join(", ", found)}");
        if (isInside && !service.HasAffinity)
        {
            var nat = trace.Outcomes[0].Path.TakeWhile(s => s.Chain.Name != address.Target).ToList();
            Assert.Equal(address.RulesToReach, nat.Sum(s => s.RuleNumber));
        }

        return 1;
    }
}
