using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;
using Xunit;
using static Sluice.Tests.Planning.PlanCluster;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>How little a change of one Service writes, and in which order.</summary>
public sealed class NftablesChangeTests
{
    private static readonly NftablesLayout s_layout = new(new NftablesPlanOptions(IPFamily.IPv4), ThisNode);
    private static readonly ObjectName s_service = new("ns", "a");

    [Fact]
    public void Replacing_one_of_many_endpoints_replaces_one_slot_of_each_address()
    {
        var (table, change) = Load(Many(10));
        table.Apply(s_service, [Port("ns/a", "172.30.0.1", [.. Endpoints(10).Where(e => e != "10.1.0.4"), "10.2.0.1"]) with { ExternalIPs = [NetAddress.Parse("203.0.113.1")] }], change);
        AssertTransactions(change, "- endpoints, + endpoints, - endpoints, + endpoints, + hairpin", "- hairpin");
    }

    [Fact]
    public void A_list_that_grows_gets_its_slot_and_its_longer_draw_at_once()
    {
        var (table, change) = Load(Port("ns/a", "172.30.0.1", [.. Endpoints(4)]));
        table.Apply(s_service, [Port("ns/a", "172.30.0.1", [.. Endpoints(5)])], change);
        AssertTransactions(change, "+ endpoints, - service-ips, + service-ips, + hairpin");
        Assert.Equal(["pick-5", "cluster-5"], change.Transactions[1].NewChains.Select(c => c.Name));
    }

    [Fact]
    public void A_list_that_shrinks_loses_its_last_slot_after_nothing_draws_it_any_more()
    {
        var (table, change) = Load(Port("ns/a", "172.30.0.1", [.. Endpoints(5)]));
        table.Apply(s_service, [Port("ns/a", "172.30.0.1", [.. Endpoints(5).Where(e => e != "10.1.0.1")])], change);
        AssertTransactions(change, "- endpoints, + endpoints, - service-ips, + service-ips", "- endpoints, - hairpin");
    }

    [Fact]
    public void A_Service_that_comes_is_whole_before_packets_are_led_to_it()
    {
        var (table, change) = Load();
        table.Apply(s_service, [Restricted("10.0.0.0/8")], change);
        AssertTransactions(
            change,
            "+ allowed-sources, + firewalled-ips",
            "+ endpoints, + service-ips, + endpoints, + service-ips, + hairpin",
            "+ cluster-ips");
        Assert.Contains("external-1", change.Transactions[0].NewChains.Select(c => c.Name));
    }

    [Fact]
    public void A_Service_that_goes_is_whole_until_no_packet_is_led_to_it()
    {
        var (table, change) = Load(Restricted("10.0.0.0/8"));
        table.Apply(s_service, [], change);
        AssertTransactions(change, "- service-ips, - service-ips, - cluster-ips", "- endpoints, - allowed-sources, - endpoints, - firewalled-ips, - hairpin");
    }

    [Fact]
    public void Other_source_ranges_come_and_go_at_one_moment()
    {
        var (table, change) = Load(Restricted("10.0.0.0/8"));
        table.Apply(s_service, [Restricted("10.0.0.0/9")], change);
        AssertTransactions(change, "- allowed-sources, + allowed-sources");
    }

    [Fact]
    public void What_two_Services_claim_passes_to_the_next_when_the_first_goes()
    {
        var (table, change) = Load(Port("ns/a", "172.30.0.1", "10.1.0.1"), Port("ns/b", "172.30.0.1", "10.1.0.1", "10.1.0.2"));
        table.Apply(s_service, [], change);
        AssertTransactions(change, "+ endpoints, - service-ips, + service-ips");
        Assert.Equal("ns/b:p80", change.Transactions[1].Elements[^1].Comment);
    }

    [Fact]
    public void Nothing_new_is_nothing_to_do()
    {
        var (table, change) = Load(Many(10));
        table.Apply(s_service, [Many(10)], change);
        Assert.True(change.IsEmpty);
    }

    [Fact]
    public void Endpoints_that_go_are_forgotten_where_clients_are_remembered()
    {
        var (table, change) = Load(Port("ns/a", "172.30.0.1", "10.1.0.1", "10.1.0.2") with { AffinitySeconds = 60 });
        byte[] key = [9, 9, 9, 9, 172, 30, 0, 1, 6, 0, 0, 0, 0, 80, 0, 0], first = [10, 1, 0, 1, 0, 80, 0, 0], second = [10, 1, 0, 2, 0, 80, 0, 0];
        Assert.True(table.Remembers(key, first) && table.Remembers(key, second));
        table.Apply(s_service, [Port("ns/a", "172.30.0.1", "10.1.0.2") with { AffinitySeconds = 60 }], change);
        Assert.True(change.ForgetsClients);
        Assert.True(!table.Remembers(key, first) && table.Remembers(key, second));
        change.Clear();
        table.Apply(s_service, [Port("ns/a", "172.30.0.1", "10.1.0.2")], change);
        Assert.True(change.ForgetsClients && !table.Remembers(key, second));
    }

    [Fact]
    public void A_change_of_one_endpoint_allocates_nothing()
    {
        var others = Enumerable.Range(0, 100).Select(i => Port($"ns/s{i}", $"172.30.1.{i}", [.. Endpoints(10)]));
        EquatableArray<PortIntent> one = [Many(10)], other = [Port("ns/a", "172.30.0.1", [.. Endpoints(9), "10.2.0.1"]) with { ExternalIPs = [NetAddress.Parse("203.0.113.1")] }], fewer = [Many(9)];
        var (table, change) = Load([Many(10), .. others]);
        void Flip()
        {
            foreach (var ports in new ReadOnlySpan<EquatableArray<PortIntent>>([other, one, fewer, one]))
            {
                change.Clear();
                table.Apply(s_service, ports, change);
            }
        }

        for (var i = 0; i < 50; i++)
        {
            Flip();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Flip();
        }

        // The four arrays of the test itself are made anew each time.
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
        Assert.True(bytes <= 64, $"{bytes} bytes for four changes");
    }

    private static PortIntent Many(int endpoints) => Port("ns/a", "172.30.0.1", [.. Endpoints(endpoints)]) with { ExternalIPs = [NetAddress.Parse("203.0.113.1")] };

    private static PortIntent Restricted(string range) => Port("ns/a", "172.30.0.1", "10.1.0.1") with
    {
        LoadBalancerIPs = [NetAddress.Parse("198.51.100.1")],
        SourceRanges = [Prefix.Parse(range)],
    };

    private static IEnumerable<string> Endpoints(int count) => Enumerable.Range(1, count).Select(i => $"10.1.0.{i}");

    private static (NftablesTable Table, NftablesChange Change) Load(params PortIntent[] ports)
    {
        var intent = ServiceIntent.Empty(ThisNode, IPFamily.IPv4).With(
            ports.GroupBy(p => p.Name.Service).Select(g => KeyValuePair.Create(g.Key, g.ToEquatableArray())));
        return (NftablesModelKernel.Load(s_layout, intent).Table, new NftablesChange(s_layout));
    }

    private static void AssertTransactions(NftablesChange change, params string[] expected) =>
        Assert.Equal(expected, change.Transactions.Where(t => !t.IsEmpty).Select(t => string.Join(", ", t.Elements.Select(e => Text(t, e)))));

    private static string Text(NftTransaction transaction, ElementChange element) =>
        $"{(element.IsDelete ? '-' : '+')} {transaction.Sets[element.Set].Name}";
}
