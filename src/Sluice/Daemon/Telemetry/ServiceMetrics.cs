using System.Diagnostics.Metrics;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Net;

namespace Sluice.Daemon.Telemetry;

/// <summary>Adds to a registry what the kernel counts for each Service port; it is read when somebody asks, once for all three.</summary>
internal sealed class ServiceMetrics
{
    // One reading serves one scrape; those that follow at once would find much the same.
    private static readonly TimeSpan s_freshness = TimeSpan.FromSeconds(1);

    private readonly Func<EquatableArray<ServiceCount>> _read;
    private readonly TimeProvider _time;
    private EquatableArray<ServiceCount> _counts;
    private long? _at;

    private ServiceMetrics(Func<EquatableArray<ServiceCount>> read, TimeProvider time) => (_read, _time) = (read, time);

    /// <summary>Adds it.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="read">Reads all counters.</param>
    /// <param name="time">The clock.</param>
    public static void AddTo(MetricRegistry registry, Func<EquatableArray<ServiceCount>> read, TimeProvider time)
    {
        var metrics = new ServiceMetrics(read, time);
        registry.Observe("sluice_service_connections_total", () => metrics.Measure(c => c.Connections));
        registry.Observe("sluice_service_packets_total", () => metrics.Measure(c => c.Packets));
        registry.Observe("sluice_service_bytes_total", () => metrics.Measure(c => c.Bytes));
    }

    // The registry reads for one at a time.
    private IEnumerable<Measurement<double>> Measure(Func<ServiceCount, ulong> value)
    {
        if (_at is not { } at || _time.GetElapsedTime(at) > s_freshness)
        {
            (_counts, _at) = (_read(), _time.GetTimestamp());
        }

        return _counts.Select(count => new Measurement<double>(
            value(count),
            new("ip_family", count.Family.ToString()),
            new("protocol", count.Protocol.ToString().ToLowerInvariant()),
            new("service", count.Name)));
    }
}
