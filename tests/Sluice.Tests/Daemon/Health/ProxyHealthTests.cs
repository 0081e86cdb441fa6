using System.Text;
using Sluice.Daemon.Health;
using Sluice.Daemon.Serving;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Daemon.Health;

/// <summary>kube-proxy's rules of health, over a clock that stands still.</summary>
public sealed class ProxyHealthTests
{
    private static readonly Node s_node = new(new ObjectName("", "node"));

    private readonly ManualTime _time = new();
    private readonly ProxyHealth _health;
    private readonly HealthSite _site;
    private readonly List<string> _counted = [];

    public ProxyHealthTests()
    {
        _health = new ProxyHealth("node", [IPFamily.IPv4, IPFamily.IPv6], TimeSpan.FromSeconds(30), _time);
        _site = new HealthSite(_health, (path, status) => _counted.Add($"{path} {status}"));
        _health.Look([new ClusterChange.Upsert(s_node)]);
    }

    [Fact]
    public void Before_anything_is_known_it_is_healthy_and_not_ready()
    {
        Assert.Equal((200, """{"lastUpdated":"2026-01-02T03:04:05Z","currentTime":"2026-01-02T03:04:05Z","nodeEligible":true,"healthy":true}"""), Get("/healthz"));
        Assert.Equal((200, """{"lastUpdated":"2026-01-02T03:04:05Z","currentTime":"2026-01-02T03:04:05Z","healthy":true}"""), Get("/livez"));
        Assert.Equal(
            (503, """{"ready":false,"missing":["not everything in the cluster is known yet","the rules for IPv4 are not in place yet","the rules for IPv6 are not in place yet"]}"""),
            Get("/readyz"));
    }

    [Fact]
    public void It_is_ready_when_each_family_was_synced_once()
    {
        _health.Start();
        Queue(IPFamily.IPv4);
        Queue(IPFamily.IPv6);
        Sync(IPFamily.IPv4);
        Assert.Equal((503, """{"ready":false,"missing":["the rules for IPv6 are not in place yet"]}"""), Get("/readyz"));
        Sync(IPFamily.IPv6);
        Assert.Equal((200, """{"ready":true,"missing":[]}"""), Get("/readyz"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_clock_that_is_set_makes_no_change_older_or_younger(int hours)
    {
        _health.Start();
        Sync(IPFamily.IPv4);
        Sync(IPFamily.IPv6);
        _time.Advance(TimeSpan.FromSeconds(10));
        Queue(IPFamily.IPv6);
        _time.JumpWall(TimeSpan.FromHours(hours));
        _time.Advance(TimeSpan.FromSeconds(59.999));
        Assert.Equal(200, Get("/healthz").Status);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal(503, Get("/healthz").Status);
        Sync(IPFamily.IPv6);
        Assert.Equal(200, Get("/healthz").Status);
    }

    [Fact]
    public void A_change_that_waits_for_two_periods_makes_it_unhealthy_until_it_is_in_the_kernel()
    {
        _health.Start();
        Sync(IPFamily.IPv4);
        Sync(IPFamily.IPv6);
        _time.Advance(TimeSpan.FromSeconds(10.5));
        Queue(IPFamily.IPv6);
        _time.Advance(TimeSpan.FromSeconds(59.999));
        Assert.Equal(200, Get("/healthz").Status);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        const string Families = """{"IPv4":{"lastUpdated":"2026-01-02T03:04:05Z","healthy":true},"IPv6":{"lastUpdated":"2026-01-02T03:04:05Z","healthy":false}}""";
        Assert.Equal(
            (503, $$"""{"lastUpdated":"2026-01-02T03:04:05Z","currentTime":"2026-01-02T03:05:15.5Z","nodeEligible":true,"healthy":false,"status":{{Families}}}"""),
            Get("/healthz"));
        Assert.Equal((503, $$"""{"lastUpdated":"2026-01-02T03:04:05Z","currentTime":"2026-01-02T03:05:15.5Z","healthy":false,"status":{{Families}}}"""), Get("/livez"));
        Sync(IPFamily.IPv4);
        Assert.Equal(503, Get("/livez").Status);
        Sync(IPFamily.IPv6);
        Assert.Equal(200, Get("/livez").Status);
        Assert.Equal(["healthz 200", "healthz 503", "livez 503", "livez 503", "livez 200"], _counted);
    }

    [Fact]
    public void A_change_that_comes_while_a_sync_runs_is_not_done_by_it()
    {
        _health.Start();
        Queue(IPFamily.IPv4);
        var started = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(1));
        Queue(IPFamily.IPv4);
        _ = _health.Of(IPFamily.IPv4).Synced(started);
        Assert.Equal((1, 2), _health.Of(IPFamily.IPv4).CountPending());
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(503, Get("/livez").Status);
    }

    [Fact]
    public void Nothing_to_do_for_a_day_is_healthy()
    {
        _health.Start();
        Sync(IPFamily.IPv4);
        Sync(IPFamily.IPv6);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(200, Get("/healthz").Status);
        Assert.Contains("\"lastUpdated\":\"2026-01-03T03:04:05Z\"", Get("/healthz").Body, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_about_to_go_fails_healthz_and_not_livez()
    {
        _health.Look([new ClusterChange.Upsert(s_node with { IsLeaving = true })]);
        Assert.Equal(503, Get("/healthz").Status);
        Assert.Contains("\"nodeEligible\":false,\"healthy\":true", Get("/healthz").Body, StringComparison.Ordinal);
        Assert.Equal(200, Get("/livez").Status);
        _health.Look([new ClusterChange.Upsert(s_node)]);
        Assert.Equal(200, Get("/healthz").Status);
        _health.Look([new ClusterChange.Delete(s_node)]);
        Assert.Equal(503, Get("/healthz").Status);
    }

    [Fact]
    public void Another_node_that_goes_does_not_matter()
    {
        _health.Look([new ClusterChange.Upsert(new Node(new ObjectName("", "other")) { IsLeaving = true })]);
        Assert.Equal(200, Get("/healthz").Status);
    }

    [Fact]
    public void Another_path_is_not_there() => Assert.Equal(404, Get("/").Status);

    [Fact]
    public void However_many_changes_wait_all_are_counted_and_taken()
    {
        _health.Start();
        var progress = _health.Of(IPFamily.IPv4);
        for (var i = 0; i < 5000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Queue(IPFamily.IPv4);
        }

        Assert.Equal((5000, 10000), progress.CountPending());
        Sync(IPFamily.IPv4);
        Assert.Equal((0, 0), progress.CountPending());
        Assert.True(progress.Read().IsHealthy);
    }

    private void Queue(IPFamily family) => _health.Of(family).Arrived(new ArrivedChanges(_time.GetTimestamp(), 1, 2, []));

    private void Sync(IPFamily family) => _health.Of(family).Synced(_time.GetTimestamp());

    private (int Status, string Body) Get(string path)
    {
        var reply = _site.Answer(new HttpQuery(path));
        return (reply.Status, Encoding.UTF8.GetString(reply.Body.Span));
    }
}
