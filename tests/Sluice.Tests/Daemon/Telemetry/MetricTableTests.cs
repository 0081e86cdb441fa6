using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Sluice.Daemon;
using Sluice.Daemon.Telemetry;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Api;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Tests.Daemon.Serving;
using Xunit;

namespace Sluice.Tests.Daemon.Telemetry;

/// <summary>The table of metrics against what a scrape of a running proxy's port shows, and against the document.</summary>
public sealed partial class MetricTableTests
{
    [Theory]
    [InlineData("Nftables")]
    [InlineData("Iptables")]
    [InlineData("Ipvs")]
    public async Task A_scrape_shows_just_the_metrics_of_the_table(string modeName)
    {
        var mode = Enum.Parse<ProxyMode>(modeName);
        await using var web = await RunningWeb.StartAsync(mode);
        await DoEverything(web);
        var answer = await WebClient.GetAsync(web.Metrics, "/metrics");
        Assert.Equal(200, answer.Status);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Headers["Content-Type"]);
        var scraped = Types().Matches(answer.Body).ToDictionary(m => m.Groups["name"].Value, m => m.Groups["type"].Value, StringComparer.Ordinal);
        var served = MetricTable.Rows.Where(r => r.IsServedIn(mode)).ToDictionary(r => r.Name, r => r.Kind.ToString().ToLowerInvariant(), StringComparer.Ordinal);
        Assert.Equal(served.OrderBy(p => p.Key, StringComparer.Ordinal), scraped.OrderBy(p => p.Key, StringComparer.Ordinal));
        foreach (var row in MetricTable.Rows.Where(r => r.IsServedIn(mode)))
        {
            Assert.Contains($"\n# HELP {row.Name} {row.Help}\n", "\n" + answer.Body, StringComparison.Ordinal);
            var sample = Samples().Matches(answer.Body).First(m => m.Groups["name"].Value is var name
                && (name == row.Name || (row.Kind == MetricKind.Histogram && name == row.Name + "_count")));
            var labels = Labels().Matches(sample.Groups["labels"].Value).Select(m => m.Groups["name"].Value);
            Assert.Equal(row.Labels, labels);
        }
    }

    [Fact]
    public async Task A_histogram_in_a_scrape_has_the_buckets_of_kube_proxy()
    {
        await using var web = await RunningWeb.StartAsync();
        web.Sync(IPFamily.IPv4, SyncKind.Full, new WriteResult(WriteStatus.Done, 1), duration: TimeSpan.FromMilliseconds(3));
        var body = (await WebClient.GetAsync(web.Metrics, "/metrics")).Body;
        var bounds = Regex.Matches(body, "kubeproxy_sync_full_proxy_rules_duration_seconds_bucket\\{ip_family=\"IPv4\",le=\"(?<le>[^\"]*)\"\\} (?<n>\\d+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
        Assert.Equal(
            "0.001=0 0.002=0 0.004=1 0.008=1 0.016=1 0.032=1 0.064=1 0.128=1 0.256=1 0.512=1 1.024=1 2.048=1 4.096=1 8.192=1 16.384=1 +Inf=1",
            string.Join(' ', bounds.Select(m => $"{m.Groups["le"].Value}={m.Groups["n"].Value}")));
    }

    [Fact]
    public async Task OpenMetrics_is_for_whoever_accepts_it()
    {
        await using var web = await RunningWeb.StartAsync();
        var answer = await WebClient.GetAsync(web.Metrics, "/metrics", "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3");
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.EndsWith("\n# EOF\n", answer.Body, StringComparison.Ordinal);
        Assert.Contains("\n# TYPE process_cpu_seconds counter\nprocess_cpu_seconds_total ", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void No_name_is_twice_in_the_table_and_each_that_is_not_served_has_a_reason()
    {
        Assert.Equal(MetricTable.Rows.Count, MetricTable.Rows.Select(r => r.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(MetricTable.Rows, r => Assert.True(r.State != MetricState.NotServed || r.Remark.Length > 0, r.Name));
        Assert.All(MetricTable.Rows, r => Assert.Equal(r.Kind == MetricKind.Histogram && r.State != MetricState.NotServed, r.Buckets.Count > 0));
    }

    [Fact]
    public void The_document_is_made_of_the_table()
    {
        var path = Path.Combine(Path.GetDirectoryName(Here())!, "../../../../docs/metrics.md");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, MetricsDocument.Write());
        }

        Assert.True(File.Exists(path) && File.ReadAllText(path) == MetricsDocument.Write(), "docs/metrics.md differs; to write it anew: UPDATE_GOLDEN=1 ./test Sluice.Tests");
    }

    // Whatever a metric needs to have a value.
    private static async Task DoEverything(RunningWeb web)
    {
        web.Health.Start();
        web.Arrive(TestCluster.ServiceOf(1), TestCluster.SliceOf(1, 1, 0) with { LastChange = new TriggerTime(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1)) });
        web.MeterOf(IPFamily.IPv4).Read(0);
        web.MeterOf(IPFamily.IPv4).Sent(0);
        var intent = ServiceIntent.Empty(new NodeProfile { Name = "node" }, IPFamily.IPv4);
        web.Sync(IPFamily.IPv4, SyncKind.Full, new WriteResult(WriteStatus.Done, 1), intent);
        web.Sync(IPFamily.IPv4, SyncKind.Changes, new WriteResult(WriteStatus.Done, 1), intent);
        web.Sync(IPFamily.IPv4, SyncKind.Audit, new WriteResult(WriteStatus.Done, 0), intent);
        web.Status.Metrics.CleanedConnections(IPFamily.IPv4, TimeSpan.FromMilliseconds(1), 2);
        _ = await WebClient.GetAsync(web.Healthz, "/healthz");
        _ = await WebClient.GetAsync(web.Healthz, "/livez");
        ConntrackMetrics.AddTo(web.Registry, [IPFamily.IPv4], _ => ConntrackTotals.None);
        if (web.Registry.Mode == ProxyMode.Nftables)
        {
            ServiceMetrics.AddTo(web.Registry, () => [new ServiceCount("a/b", L4Protocol.Tcp, IPFamily.IPv4)], TimeProvider.System);
        }

        if (web.Registry.Mode == ProxyMode.Ipvs)
        {
            DrainMetrics.AddTo(web.Registry, () => [KeyValuePair.Create(IPFamily.IPv4, 1)]);
        }

        WatchMetrics.AddTo(web.Registry, () => [new ResourceStatus(ObjectKind.Service) { IsConnected = true, LastHeard = TimeProvider.System.GetUtcNow() }]);
        using var meter = new ClientMeter(web.Registry, new Uri($"http://{web.Metrics}"));
        using var client = new HttpClient();
        _ = await client.GetStringAsync($"http://{web.Metrics}/proxyMode", TestContext.Current.CancellationToken);
        _ = await RunningWeb.UntilAsync(web.Metrics, "/metrics", a => a.Body.Contains("\nsluice_health_check_ports{", StringComparison.Ordinal));
    }

    private static string Here([CallerFilePath] string file = "") => file;

    [GeneratedRegex(@"^# TYPE (?<name>\S+) (?<type>\S+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Types();

    [GeneratedRegex(@"^(?<name>[a-z_]+)(\{(?<labels>[^}]*)\})? ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Samples();

    [GeneratedRegex(@"(?<name>[a-z_]+)=""", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Labels();
}
