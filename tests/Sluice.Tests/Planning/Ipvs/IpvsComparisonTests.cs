using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Xunit;
using static Sluice.Tests.Planning.PlanCluster;

namespace Sluice.Tests.Planning.Ipvs;

/// <summary>Kernels that do not hold what a book has: an empty one, one after a restart, kube-proxy's, a damaged one.</summary>
public sealed class IpvsComparisonTests(ITestOutputHelper output)
{
    [Fact]
    public void An_empty_kernel_gets_all_and_the_next_comparison_finds_nothing()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var (cluster, options) = Cluster(seed);
            var book = BookOf(cluster, options);
            var kernel = new IpvsModelKernel();
            Assert.NotEmpty(Compare(book, kernel));
            IpvsBookTests.AssertSame(IpvsPlan.Of(cluster.Intent, options), kernel, book, $"seed {seed}");
            Assert.Empty(Compare(book, kernel));
        }
    }

    [Fact]
    public void A_restart_with_nothing_changed_has_no_step_and_one_with_changes_only_theirs()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var (cluster, options) = Cluster(seed);
            var kernel = IpvsModelKernel.Of(IpvsPlan.Of(cluster.Intent, options));
            Assert.Empty(Compare(BookOf(cluster, options), kernel));
            for (var i = 0; i < 1 + cluster.Next(8); i++)
            {
                cluster.Change();
            }

            var book = BookOf(cluster, options);
            Compare(book, kernel);
            IpvsBookTests.AssertSame(IpvsPlan.Of(cluster.Intent, options), kernel, book, $"seed {seed}");
            Assert.Empty(Compare(book, kernel));
        }
    }

    [Fact]
    public void Another_node_or_other_options_are_a_new_book_and_a_comparison()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var (cluster, options) = Cluster(seed);
            var kernel = IpvsModelKernel.Of(IpvsPlan.Of(cluster.Intent, options));
            cluster.ChangeNode();
            var others = options with { Scheduler = "wlc" };
            var book = BookOf(cluster, others);
            Compare(book, kernel);
            IpvsBookTests.AssertSame(IpvsPlan.Of(cluster.Intent, others), kernel, book, $"seed {seed}");
        }
    }

    [Fact]
    public void Damage_is_mended_and_nothing_else_is_touched()
    {
        var steps = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var (cluster, options) = Cluster(seed);
            var book = BookOf(cluster, options);
            var kernel = IpvsModelKernel.Of(IpvsPlan.Of(book));
            var damages = IpvsDamage.Do(kernel, new Random(seed), 1 + (seed % 7));
            var findings = Compare(book, kernel, out var count);
            IpvsBookTests.AssertSame(IpvsPlan.Of(cluster.Intent, options), kernel, book, $"seed {seed}, damage {string.Join("; ", damages.Done)}");
            Assert.True(damages.Done.Count == 0 || findings.Count > 0, $"seed {seed}: nothing was found of {string.Join("; ", damages.Done)}");
            Assert.True(count <= damages.Steps, $"seed {seed}: {count} steps for {damages.Steps} of {string.Join("; ", damages.Done)}");
            steps += count;
        }

        output.WriteLine($"{steps} steps");
        Assert.True(steps > 0);
    }

    [Fact]
    public void State_of_kube_proxy_is_taken_over_in_place()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var (cluster, options) = Cluster(seed);
            var plan = IpvsPlan.Of(cluster.Intent, options);

            // Its sets are small and have no comments, it has no sets of ours, and all its real servers weigh 1.
            var theirs = plan with
            {
                Ipsets = new IpSetTable(plan.Ipsets.Sets.Where(s => !s.Name.StartsWith("SLUICE", StringComparison.Ordinal)).Select(s => s with
                {
                    HasComments = false,
                    MaxEntries = s.MaxEntries is null ? null : 65_536,
                    Entries = s.Entries.Select(e => e with { Comment = null }).ToEquatableArray(),
                }).ToEquatableArray()),
                Servers = new IpvsTable(plan.Servers.Servers.Select(s => s with { Scheduler = "rr", RealServers = s.RealServers.Select(r => r with { Weight = 1 }).ToEquatableArray() }).ToEquatableArray()),
            };
            var kernel = IpvsModelKernel.Of(theirs);
            var book = BookOf(cluster, options);
            var comparison = Begin(book, kernel);
            Assert.Equal(2, comparison.Sets.OfType<IpvsStep.CreateSet>().Count());
            Assert.Equal(theirs.Ipsets.Sets.Count(s => s.MaxEntries is not null || plan.Ipsets.Find(s.Name)!.HasComments), comparison.Sets.OfType<IpvsStep.ReplaceSet>().Count());
            kernel.Apply(comparison.Sets);
            IpvsStep[] steps = [.. comparison.Steps()];
            kernel.Apply(steps);
            IpvsBookTests.AssertSame(plan, kernel, book, $"seed {seed}");
            Assert.All(steps, s => Assert.True(s is IpvsStep.EditServer or IpvsStep.EditReal or IpvsStep.AddEntry { Set.Name: "SLUICE-NO-LOCAL" or "SLUICE-6-NO-LOCAL" or "SLUICE-NO-LOCAL-EXTERNAL" or "SLUICE-6-NO-LOCAL-EXTERNAL" }, $"seed {seed}: {s}"));
        }
    }

    [Fact]
    public void Servers_of_others_go_unless_their_addresses_are_excluded()
    {
        var options = new IpvsPlanOptions(IPFamily.IPv4) { ExcludeCidrs = [Prefix.Parse("192.0.2.0/24")] };
        var book = new IpvsBook(new IpvsLayout(options, ThisNode));
        var kernel = new IpvsModelKernel(book.Layout);
        VirtualServerKey.Address kept = new(L4Protocol.Tcp, NetAddress.Parse("192.0.2.1"), 80), stale = new(L4Protocol.Tcp, NetAddress.Parse("203.0.113.1"), 80);
        VirtualServerKey[] others = [kept, new VirtualServerKey.Mark(IPFamily.IPv4, 7), new VirtualServerKey.Address(L4Protocol.Tcp, NetAddress.Parse("2001:db8::7"), 80)];
        kernel.Apply(others.Append(stale).Select(k => new IpvsStep.AddServer(new VirtualServer(k))));
        Assert.Equal([$"virtual server {stale} is stale"], Compare(book, kernel));
        Assert.Equal(others, kernel.Servers.Servers.Select(s => s.Key));
    }

    [Fact]
    public void Real_servers_that_drained_before_a_restart_go_on_draining()
    {
        var port = Port("ns/svc", "172.30.0.1", "10.0.0.1");
        var intent = ServiceIntent.Empty(ThisNode, IPFamily.IPv4).With(port.Name.Service, [port]);
        var layout = new IpvsLayout(new IpvsPlanOptions(IPFamily.IPv4), ThisNode);
        var kernel = IpvsModelKernel.Of(IpvsPlan.Of(IpvsBook.Of(layout, intent)));
        var key = new VirtualServerKey.Address(L4Protocol.Tcp, NetAddress.Parse("172.30.0.1"), 80);
        var old = new RealServer(NetAddress.Parse("10.0.0.9"), 80) { Weight = 0, Counts = new RealServerCounts(1, 0) };
        kernel.Apply(new IpvsStep.AddReal(key, old));
        var book = IpvsBook.Of(layout, intent);
        Assert.Empty(Compare(book, kernel));
        Assert.Equal([(key, old)], book.Draining);
        kernel.Apply(book.Drained(key, old)!);
        Assert.Empty(Compare(book, kernel));
        Assert.Empty(book.Draining);
    }

    private static (RandomCluster Cluster, IpvsPlanOptions Options) Cluster(int seed)
    {
        var cluster = new RandomCluster(seed).Fill(30);
        return (cluster, new IpvsPlanOptions(cluster.Family));
    }

    private static IpvsBook BookOf(RandomCluster cluster, IpvsPlanOptions options) => IpvsBook.Of(new IpvsLayout(options, cluster.Node), cluster.Intent);

    private static IpvsComparison Begin(IpvsBook book, IpvsModelKernel kernel) => new(book, kernel.Sets, kernel.Servers, kernel.Addresses);

    private static IReadOnlyList<string> Compare(IpvsBook book, IpvsModelKernel kernel) => Compare(book, kernel, out _);

    private static IReadOnlyList<string> Compare(IpvsBook book, IpvsModelKernel kernel, out int steps)
    {
        var comparison = Begin(book, kernel);
        var before = kernel.Steps;
        kernel.Apply(comparison.Sets);
        kernel.Apply(comparison.Steps());
        steps = kernel.Steps - before;
        return comparison.Findings;
    }
}
