using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Tracing.Ipvs;

/// <summary>What each scheduler of IPVS may do with a new connection.</summary>
public sealed class IpvsSchedulerTests
{
    private static readonly string[] s_reals = ["10.244.1.11:8080 1", "10.244.1.12:8080 3", "10.244.1.13:8080 0"];

    [Fact]
    public void Round_robin_shares_equally_among_those_with_a_weight() =>
        Assert.Equal("10.244.1.11:8080 1/2 | 10.244.1.12:8080 1/2", Show(Balancers.Tcp("rr", s_reals)));

    [Fact]
    public void Weighted_round_robin_shares_by_weight() =>
        Assert.Equal("10.244.1.11:8080 1/4 | 10.244.1.12:8080 3/4", Show(Balancers.Tcp("wrr", s_reals)));

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(250)]
    public void Shares_sum_to_exactly_one(int count)
    {
        var weights = Balancers.Tcp("wrr", [.. Enumerable.Range(1, count).Select(i => $"10.244.1.{i}:80 {i * 7}")]);

        var trace = Trace(weights);

        Assert.Equal(count, trace.Outcomes.Count);
        Assert.Equal(Probability.One, trace.Outcomes.Aggregate(Probability.Zero, (sum, o) => sum + o.Probability));
    }

    [Theory]
    [InlineData("lc", "has the fewest connections")]
    [InlineData("wlc", "has the fewest connections for its weight")]
    [InlineData("sed", "has the shortest expected delay")]
    [InlineData("nq", "has no connection, or the shortest expected delay")]
    [InlineData("twos", "has the fewest connections for its weight of two that are drawn at random")]
    public void Schedulers_that_count_connections_are_conditions(string scheduler, string condition) => Assert.Equal(
        $"10.244.1.11:8080 1 if 10.244.1.11:8080 {condition} | " +
        $"10.244.1.12:8080 1 unless 10.244.1.11:8080 {condition}; if 10.244.1.12:8080 {condition}",
        Show(Balancers.Tcp(scheduler, s_reals)));

    [Theory]
    [InlineData("lblc", "IPVS keeps destination 10.96.0.10 at")]
    [InlineData("lblcr", "IPVS keeps destination 10.96.0.10 at")]
    [InlineData("own", "scheduler own picks")]
    public void Schedulers_that_remember_are_conditions(string scheduler, string condition) => Assert.Equal(
        $"10.244.1.11:8080 1 if {condition} 10.244.1.11:8080 | " +
        $"10.244.1.12:8080 1 unless {condition} 10.244.1.11:8080; if {condition} 10.244.1.12:8080",
        Show(Balancers.Tcp(scheduler, s_reals)));

    [Theory]
    [InlineData("sh", "the source address 10.244.1.5")]
    [InlineData("mh", "the source address 10.244.1.5")]
    [InlineData("dh", "the destination address 10.96.0.10")]
    public void Whom_a_hash_gives_to_a_server_without_weight_is_refused(string scheduler, string what)
    {
        var shown = Show(Balancers.Tcp(scheduler, s_reals));

        Assert.StartsWith($"10.244.1.11:8080 1 if the hash of {what} picks 10.244.1.11:8080 | ", shown, StringComparison.Ordinal);
        Assert.EndsWith($"; if the hash of {what} picks 10.244.1.13:8080", shown, StringComparison.Ordinal);
        Assert.Contains("| Rejected 1 ", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void With_fallback_another_server_is_tried_and_with_port_the_port_is_hashed_too() => Assert.Equal(
        "10.244.1.11:8080 1 if the hash of the source 10.244.1.5:40000 picks 10.244.1.11:8080 | " +
        "10.244.1.12:8080 1 unless the hash of the source 10.244.1.5:40000 picks 10.244.1.11:8080; if the hash of the source 10.244.1.5:40000 picks 10.244.1.12:8080",
        Show(Balancers.Tcp("sh", s_reals) with { SchedulerFlags = SchedulerFlags.First | SchedulerFlags.Second }));

    [Fact]
    public void Failover_takes_the_highest_weight_and_overflow_the_next_one_when_it_is_full()
    {
        Assert.Equal("10.244.1.12:8080 1", Show(Balancers.Tcp("fo", s_reals)));
        Assert.Equal(
            "10.244.1.12:8080 1 if 10.244.1.12:8080 has at most 3 active connections | " +
            "10.244.1.11:8080 1 unless 10.244.1.12:8080 has at most 3 active connections; if 10.244.1.11:8080 has at most 1 active connections | " +
            "Rejected 1 unless 10.244.1.12:8080 has at most 3 active connections; unless 10.244.1.11:8080 has at most 1 active connections",
            Show(Balancers.Tcp("ovf", s_reals)));
    }

    [Fact]
    public void An_overloaded_server_gets_no_new_connections()
    {
        var server = Balancers.Tcp("rr", "10.244.1.11:8080", "10.244.1.12:8080");
        server = server with { RealServers = [server.RealServers[0] with { UpperThreshold = 5 }, server.RealServers[1]] };

        Assert.Equal(
            "10.244.1.12:8080 1 if 10.244.1.11:8080 is overloaded, with 5 connections | " +
            "10.244.1.11:8080 1/2 unless 10.244.1.11:8080 is overloaded, with 5 connections | " +
            "10.244.1.12:8080 1/2 unless 10.244.1.11:8080 is overloaded, with 5 connections",
            Show(server));
    }

    [Fact]
    public void A_client_that_is_remembered_stays_and_others_are_scheduled() => Assert.Equal(
        "10.244.1.11:8080 1 if IPVS remembers client 10.244.1.5 at 10.244.1.11:8080 for tcp 10.96.0.10:80 | " +
        "10.244.1.12:8080 1 unless IPVS remembers client 10.244.1.5 at 10.244.1.11:8080 for tcp 10.96.0.10:80; if IPVS remembers client 10.244.1.5 at 10.244.1.12:8080 for tcp 10.96.0.10:80 | " +
        "10.244.1.11:8080 1/2 unless IPVS remembers client 10.244.1.5 at 10.244.1.11:8080 for tcp 10.96.0.10:80; unless IPVS remembers client 10.244.1.5 at 10.244.1.12:8080 for tcp 10.96.0.10:80 | " +
        "10.244.1.12:8080 1/2 unless IPVS remembers client 10.244.1.5 at 10.244.1.11:8080 for tcp 10.96.0.10:80; unless IPVS remembers client 10.244.1.5 at 10.244.1.12:8080 for tcp 10.96.0.10:80",
        Show(Balancers.Tcp("rr", "10.244.1.11:8080", "10.244.1.12:8080") with { PersistenceSeconds = 10800 }));

    private static Trace Trace(VirtualServer server) => new Tracer(Balancers.Node("", server)).Trace(Ask.Tcp("10.244.1.5", "10.96.0.10:80"));

    private static string Show(VirtualServer server) => string.Join(" | ", Trace(server).Outcomes.Select(o =>
        $"{(o.IsDelivered ? o.RealServer!.ToString() : o.Disposition)} {o.Probability}{(o.Conditions.Count > 0 ? " " + string.Join("; ", o.Conditions) : "")}"));
}
