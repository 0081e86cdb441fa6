using System.Diagnostics.Metrics;
using Sluice.Daemon;
using Sluice.Daemon.Telemetry;
using Xunit;

namespace Sluice.Tests.Daemon.Telemetry;

public sealed class MetricRegistryTests : IDisposable
{
    private static readonly KeyValuePair<string, object?> s_v4 = new("ip_family", "IPv4");
    private static readonly KeyValuePair<string, object?> s_v6 = new("ip_family", "IPv6");

    private readonly MetricRegistry _registry = new(ProxyMode.Nftables);

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void A_counter_adds_up_by_its_labels()
    {
        var counter = _registry.AddCounter("sluice_batches_total");
        counter.Add(2, s_v4);
        counter.Add(3, s_v6);
        counter.Add(4, s_v4);
        Assert.Equal([("IPv4", 6.0), ("IPv6", 3.0)], Series());
    }

    [Fact]
    public void A_gauge_keeps_the_last_value()
    {
        var gauge = _registry.AddGauge("kubeproxy_sync_proxy_rules_last_timestamp_seconds");
        gauge.Record(2, s_v4);
        gauge.Record(1, s_v4);
        Assert.Equal([("IPv4", 1.0)], Series());
    }

    [Fact]
    public void A_value_on_the_bound_of_a_bucket_is_in_it()
    {
        var histogram = _registry.AddHistogram("kubeproxy_sync_proxy_rules_duration_seconds");
        histogram.Record(0.001, s_v4);
        histogram.Record(0.0011, s_v4);
        histogram.Record(16.384, s_v4);
        histogram.Record(99, s_v4);
        var series = Assert.Single(Assert.Single(_registry.Read()).Series);
        Assert.Equal([1, 1, .. new long[12], 1, 1], series.Counts);
        Assert.Equal(0.0021 + 16.384 + 99, series.Value, 9);
    }

    [Fact]
    public void What_is_observed_shows_only_the_series_there_are_now()
    {
        string[] ports = ["healthz", "metrics"];
        _registry.Observe("sluice_http_connections", () => ports.Select(p => new Measurement<double>(1, new KeyValuePair<string, object?>("port", p))));
        Assert.Equal(2, Series().Count);
        ports = ["metrics"];
        Assert.Equal([("metrics", 1.0)], Series());
    }

    [Fact]
    public void What_is_not_in_the_table_cannot_be_added() => Assert.Throws<KeyNotFoundException>(() => _registry.AddCounter("sluice_nothing_total"));

    [Fact]
    public void What_another_mode_serves_cannot_be_added() =>
        Assert.Throws<ArgumentException>(() => _registry.AddCounter("kubeproxy_sync_proxy_rules_iptables_restore_failures_total"));

    [Fact]
    public void A_value_costs_no_memory_once_its_series_is_there()
    {
        var counter = _registry.AddCounter("sluice_batches_total");
        var histogram = _registry.AddHistogram("kubeproxy_sync_proxy_rules_duration_seconds");
        Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Record();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Record()
        {
            counter.Add(1, s_v4);
            histogram.Record(0.5, s_v6);
        }
    }

    [Fact]
    public void Two_who_ask_at_once_see_whole_answers()
    {
        _registry.Observe("sluice_http_connections", () => ((string[])["healthz", "metrics"]).Select(p => new Measurement<double>(1, new KeyValuePair<string, object?>("port", p))));
        Parallel.For(0, 200, _ => Assert.Equal(["healthz", "metrics"], Series().Select(s => s.Label)));
    }

    private List<(string Label, double Value)> Series() => [.. Assert.Single(_registry.Read()).Series.Select(s => (s.Labels[0], s.Value))];
}
