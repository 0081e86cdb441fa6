using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Xunit;
using static Sluice.Tests.Planning.PlanCluster;

namespace Sluice.Tests.Planning.Ipvs;

/// <summary>The book's steps against a kernel that carries them out: after each change it holds what a plan of the new intent says.</summary>
public sealed class IpvsBookTests(ITestOutputHelper output)
{
    private static readonly VirtualServerKey.Address s_server = new(L4Protocol.Tcp, NetAddress.Parse("172.30.0.1"), 80);

    [Fact]
    public void After_every_change_the_kernel_holds_what_a_plan_says()
    {
        var steps = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            steps += Run(seed);
        }

        output.WriteLine($"{steps} steps");
        Assert.True(steps > 20_000, $"only {steps} steps");
    }

    [Fact]
    public void A_new_endpoint_is_one_step_for_each_address()
    {
        var port = Port("ns/svc", "172.30.0.1", "10.0.0.1", "10.0.0.2") with { ExternalIPs = [NetAddress.Parse("203.0.113.1")] };
        var book = BookOf(port);
        var steps = book.Apply(port.Name.Service, [With(port, EndpointOf("10.0.0.1", IPFamily.IPv4), EndpointOf("10.0.0.2", IPFamily.IPv4), EndpointOf("10.0.0.3", IPFamily.IPv4))]);
        Assert.Equal(2, steps.Count);
        Assert.All(steps, s => Assert.Equal("10.0.0.3:80", Assert.IsType<IpvsStep.AddReal>(s).Real.ToString()));
    }

    [Fact]
    public void An_endpoint_of_TCP_that_goes_gets_no_new_connections_and_stays_until_it_is_drained()
    {
        var (port, less) = Shrinking(L4Protocol.Tcp);
        var book = BookOf(port);
        var edit = Assert.IsType<IpvsStep.EditReal>(Assert.Single(book.Apply(port.Name.Service, [less])));
        Assert.Equal((s_server, "10.0.0.2:80", 0), (edit.Key, edit.Real.ToString(), edit.Real.Weight));
        var (key, real) = Assert.Single(book.Draining);
        Assert.Equal(new IpvsStep.RemoveReal(key, real), book.Drained(key, real));
        Assert.Empty(book.Draining);
        Assert.Null(book.Drained(key, real));
    }

    [Fact]
    public void An_endpoint_that_returns_while_it_drains_gets_its_weight_back()
    {
        var (port, less) = Shrinking(L4Protocol.Tcp);
        var book = BookOf(port);
        book.Apply(port.Name.Service, [less]);
        var (key, real) = Assert.Single(book.Draining);
        var edit = Assert.IsType<IpvsStep.EditReal>(Assert.Single(book.Apply(port.Name.Service, [port])));
        Assert.Equal(1, edit.Real.Weight);
        Assert.Null(book.Drained(key, real));
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("sctp")]
    public void An_endpoint_of_other_protocols_goes_at_once(string protocol)
    {
        Assert.True(L4Protocol.TryParse(protocol, out var number));
        var (port, less) = Shrinking(number);
        var book = BookOf(port);
        Assert.IsType<IpvsStep.RemoveReal>(Assert.Single(book.Apply(port.Name.Service, [less])));
        Assert.Empty(book.Draining);
    }

    [Fact]
    public void What_drains_is_forgotten_with_its_Service()
    {
        var (port, less) = Shrinking(L4Protocol.Tcp);
        var book = BookOf(port);
        book.Apply(port.Name.Service, [less]);
        book.Apply(port.Name.Service, []);
        Assert.Empty(book.Draining);
    }

    [Theory]
    [InlineData(null, 1, 1, "rr")]
    [InlineData("", 2, 2, "rr")]
    [InlineData("rr", 1, 3, "wrr")]
    [InlineData(null, 1, 3, "wrr")]
    [InlineData("lc", 1, 3, "lc")]
    [InlineData("mh", 1, 1, "mh")]
    public void The_scheduler_is_the_one_asked_for_unless_it_knows_no_weights(string? asked, int first, int second, string expected)
    {
        var port = With(
            Port("ns/svc", "172.30.0.1"), EndpointOf("10.0.0.1", IPFamily.IPv4) with { Weight = first }, EndpointOf("10.0.0.2", IPFamily.IPv4) with { Weight = second });
        var plan = IpvsPlan.Of(ServiceIntent.Empty(ThisNode, IPFamily.IPv4).With(port.Name.Service, [port]), new IpvsPlanOptions(IPFamily.IPv4) { Scheduler = asked });
        var server = Assert.Single(plan.Servers.Servers);
        Assert.Equal(expected, server.Scheduler);
        Assert.Equal(expected == "mh" ? SchedulerFlags.Second : SchedulerFlags.None, server.SchedulerFlags);
        Assert.Equal([first, second], server.RealServers.Select(r => r.Weight));
    }

    [Fact]
    public void Names_of_sets_in_IPv6_are_cut_where_kube_proxy_cuts_them()
    {
        var names = Enum.GetValues<IpvsSet>().Select(s => IpvsSets.NameOf(s, IPFamily.IPv6)).ToList();
        Assert.Contains("KUBE-6-CLUSTER-IP", names);
        Assert.Contains("KUBE-6-LOAD-BALANCER-SOURCE-CID", names);
        Assert.Contains("KUBE-6-NODE-PORT-LOCAL-SCTP-HAS", names);
        Assert.Contains("SLUICE-6-NO-LOCAL-EXTERNAL", names);
        Assert.All(names, n => Assert.InRange(n.Length, 1, 31));
        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
    }

    private static (PortIntent Port, PortIntent Less) Shrinking(L4Protocol protocol)
    {
        var port = Port("ns/svc", "172.30.0.1", "10.0.0.1", "10.0.0.2");
        port = port with { Name = port.Name with { Protocol = protocol } };
        return (port, With(port, EndpointOf("10.0.0.1", IPFamily.IPv4)));
    }

    private static IpvsBook BookOf(PortIntent port) => IpvsBook.Of(
        new IpvsLayout(new IpvsPlanOptions(IPFamily.IPv4), ThisNode), ServiceIntent.Empty(ThisNode, IPFamily.IPv4).With(port.Name.Service, [port]));

    private static int Run(int seed)
    {
        var cluster = new RandomCluster(seed).Fill(seed % 2 * 30);
        if (seed % 3 == 0)
        {
            cluster.ChangeNode();
        }

        var options = new IpvsPlanOptions(cluster.Family) { Scheduler = seed % 5 == 0 ? "wlc" : null };
        var book = IpvsBook.Of(new IpvsLayout(options, cluster.Node), cluster.Intent);
        var kernel = IpvsModelKernel.Of(IpvsPlan.Of(book));
        var before = kernel.Steps;
        for (var i = 0; i < 40; i++)
        {
            var changed = Enumerable.Range(0, 1 + cluster.Next(seed % 5 == 0 ? 6 : 2)).Select(_ => cluster.Change()).ToHashSet();
            kernel.Apply(changed.Count == 1 ? book.Apply(changed.Single(), cluster.Intent.PortsOf(changed.Single())) : book.Apply(cluster.Intent, changed));
            foreach (var (key, real) in book.Draining.Where(_ => cluster.Next(3) == 0).ToList())
            {
                kernel.Apply(book.Drained(key, real)!);
            }

            AssertSame(IpvsPlan.Of(cluster.Intent, options), kernel, book, $"seed {seed}, change {i} of {string.Join(' ', changed)}");
        }

        return kernel.Steps - before;
    }

    /// <summary>Asserts that a kernel holds a plan, and besides it only what drains.</summary>
    internal static void AssertSame(IpvsPlan plan, IpvsModelKernel kernel, IpvsBook book, string when)
    {
        var draining = book.Draining.ToHashSet();
        var wanted = IpvsModelKernel.InWords(plan);
        var there = kernel.InWords((key, real) => draining.Contains((key, real)));
        Assert.True(
            wanted.SequenceEqual(there, StringComparer.Ordinal),
            $"{when}: missing\n{string.Join('\n', wanted.Except(there, StringComparer.Ordinal))}\ntoo much\n{string.Join('\n', there.Except(wanted, StringComparer.Ordinal))}");
    }
}
