using Sluice.Dataplane.Diff;
using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter.Iptables;
using Xunit;
using static Sluice.Tests.Planning.PlanCluster;

namespace Sluice.Tests.Planning;

/// <summary>Deltas: what they lead to, and how little they write.</summary>
public sealed class IptablesDeltaTests(ITestOutputHelper output)
{
    [Fact]
    public void A_delta_makes_the_rules_of_one_plan_those_of_the_other()
    {
        var commands = 0;
        for (var seed = 0; seed < 600; seed++)
        {
            var cluster = new RandomCluster(seed).Fill(30);
            var options = new IptablesPlanOptions(cluster.Family) { CountsPackets = seed % 7 == 0 };
            var before = new IptablesPlan(cluster.Intent, options);
            var changed = Enumerable.Range(0, 1 + cluster.Next(seed % 5 == 0 ? 20 : 3)).Select(_ => cluster.Change()).ToHashSet();
            if (seed % 6 == 0)
            {
                cluster.ChangeNode();
            }

            var after = new IptablesPlan(cluster.Intent, seed % 11 == 0 ? options with { MasqueradeMark = 0x8 } : options);
            var kernel = ModelKernel.Of(before);
            try
            {
                var batches = IptablesDelta.Between(before, after, changed);
                kernel.Apply(batches);
                commands += batches.SelectMany(b => b.Tables).Sum(t => t.Commands.Count);
                Assert.Equal(ModelKernel.Of(after).Save(), kernel.Save());
                Assert.Empty(IptablesDelta.Between(after, after, changed));
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or ArgumentException or InvalidOperationException)
            {
                throw new Xunit.Sdk.XunitException($"seed {seed}: {e.Message}", e);
            }
        }

        output.WriteLine($"{commands} commands");
    }

    [Fact]
    public void Hundreds_of_Services_change_in_several_batches()
    {
        var before = Plan(Enumerable.Range(0, 700).Select(i => Port($"ns/svc{i}", $"172.30.{i / 250}.{i % 250}", $"10.1.{i / 250}.{i % 250}")));
        var after = Plan(Enumerable.Range(0, 700).Where(i => i % 9 != 0).Select(i => Port($"ns/svc{i}", $"172.30.{i / 250}.{i % 250}", [.. i % 10 == 0 ? Array.Empty<string>() : [$"10.2.{i / 250}.{i % 250}"]])));
        var kernel = ModelKernel.Of(before);
        var batches = IptablesDelta.Between(before, after, [.. before.Intent.Ports.Select(p => p.Name.Service)]);
        Assert.True(batches.Count > 5, $"{batches.Count} batches");
        Assert.Equal(batches.Count, batches.ToList().Count);
        kernel.Apply(batches);
        Assert.Equal(ModelKernel.Of(after).Save(), kernel.Save());
    }

    [Fact]
    public void Crossing_1000_endpoints_rewrites_what_loses_its_comments()
    {
        var ports = Enumerable.Range(0, 5).Select(i => Port($"ns/svc{i}", $"172.30.0.{i}", $"10.1.0.{i}") with { EndpointCount = 200 }).ToList();
        var before = Plan(ports);
        ports[2] = ports[2] with { EndpointCount = 201 };
        var after = Plan(ports);
        var kernel = ModelKernel.Of(before);
        kernel.Apply(IptablesDelta.Between(before, after, [ports[2].Name.Service]));
        Assert.Equal(ModelKernel.Of(after).Save(), kernel.Save());
    }

    [Fact]
    public void One_endpoint_for_another_touches_the_chain_of_its_Service_and_the_two_of_the_endpoints()
    {
        var other = Port("ns/other", "172.30.0.9", "10.180.0.9");
        var before = Plan([Port("ns/svc", "172.30.0.1", "10.180.0.1", "10.180.0.2"), other]);
        var after = Plan([Port("ns/svc", "172.30.0.1", "10.180.0.1", "10.180.0.3"), other]);
        var text = Text(IptablesDelta.Between(before, after, [new ObjectName("ns", "svc")]));
        var service = "KUBE-SVC-" + ChainNaming.HashOf(before.Intent.Ports.Last().Name);
        string Chain(string address) => ChainNaming.EndpointChain(before.Intent.Ports.Last().Name, new Endpoint(NetAddress.Parse(address), 80));
        Assert.Equal(
            new[] { Chain("10.180.0.2"), Chain("10.180.0.3"), service }.Order(StringComparer.Ordinal),
            text.Split('\n').Where(l => l.StartsWith(':')).Select(l => l.Split(' ')[0][1..]));
        Assert.Contains($"-X {Chain("10.180.0.2")}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("KUBE-SERVICES", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Service_that_comes_is_one_insertion_into_the_shared_chain()
    {
        var ports = Enumerable.Range(0, 9).Select(i => Port($"ns/svc{i}", $"172.30.0.{i}", $"10.180.0.{i}")).ToList();
        var before = Plan(ports.Where((_, i) => i != 4));
        var text = Text(IptablesDelta.Between(before, Plan(ports), [ports[4].Name.Service]));
        Assert.Single(text.Split('\n'), l => l.Contains("KUBE-SERVICES", StringComparison.Ordinal));
        Assert.Contains("\n-I KUBE-SERVICES 5 -m comment --comment \"ns/svc4:p80 cluster IP\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Service_is_refused_until_it_is_translated_and_translated_until_it_is_refused()
    {
        var with = Plan([Port("ns/svc", "172.30.0.1", "10.180.0.1")]);
        var without = Plan([Port("ns/svc", "172.30.0.1")]);
        foreach (var (before, after) in new[] { (with, without), (without, with) })
        {
            var kernel = ModelKernel.Of(before);
            var watched = new ModelKernel
            {
                Committed = k => Assert.True(
                    k.Chains("nat")["KUBE-SERVICES"].Count > 1 || k.Chains("filter")["KUBE-SERVICES"].Count > 0,
                    "packets to the Service are neither translated nor refused:\n" + k.Save()),
            };
            foreach (var (table, chains) in kernel.Tables)
            {
                foreach (var (name, rules) in chains)
                {
                    watched.Chains(table)[name] = rules;
                }
            }

            watched.Apply(IptablesDelta.Between(before, after, [new ObjectName("ns", "svc")]));
            Assert.Equal(ModelKernel.Of(after).Save(), watched.Save());
        }
    }

    [Fact]
    public void Planning_a_change_allocates_what_the_change_is_worth_whatever_the_cluster_holds()
    {
        var small = Allocated(100);
        var large = Allocated(10_000);
        output.WriteLine($"endpoint change: {small.Endpoint} bytes at 100 Services, {large.Endpoint} at 10,000; Service gone: {small.Service} and {large.Service}");
        Assert.InRange(large.Endpoint, 1, (small.Endpoint * 11 / 10) + 1000);
        Assert.InRange(large.Service, 1, (small.Service * 11 / 10) + 1000);
    }

    private static (long Endpoint, long Service) Allocated(int services)
    {
        var ports = Enumerable.Range(0, services)
            .Select(i => Port($"ns/svc{i:d5}", $"172.30.{i / 250}.{i % 250}", $"10.1.{i / 250}.{i % 250}", $"10.2.{i / 250}.{i % 250}") with { EndpointCount = 1000 }).ToList();
        var before = Plan(ports);
        var changed = ports[services / 2];
        var service = changed.Name.Service;
        var other = Port(service.ToString(), changed.ClusterIP.ToString(), "10.1.1.1", "10.3.3.3") with { EndpointCount = 1000 };
        var after = new IptablesPlan(before.Intent.With(service, [other]), before.Options);
        var without = new IptablesPlan(before.Intent.With(service, []), before.Options);
        return (Allocated(before, after, service), Allocated(before, without, service));
    }

    private static long Allocated(IptablesPlan before, IptablesPlan after, ObjectName service)
    {
        // Twice: what is made once for good does not count.
        var allocated = 0L;
        for (var i = 0; i < 2; i++)
        {
            var start = GC.GetAllocatedBytesForCurrentThread();
            Assert.Single(IptablesDelta.Between(before, after, [service]));
            allocated = GC.GetAllocatedBytesForCurrentThread() - start;
        }

        return allocated;
    }

    private static string Text(IReadOnlyList<RestoreBatch> batches) => RestoreBatchWriter.Write(Assert.Single(batches));
}
