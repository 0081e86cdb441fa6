using System.Diagnostics.Metrics;
using Sluice.Kubernetes.Api;
using Sluice.Kubernetes.Objects;

namespace Sluice.Daemon.Telemetry;

/// <summary>Adds to a registry how it stands with the resources of an API server; it is read when somebody asks.</summary>
internal static class WatchMetrics
{
    /// <summary>Adds it.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="read">How it stands with each resource.</param>
    public static void AddTo(MetricRegistry registry, Func<IReadOnlyList<ResourceStatus>> read)
    {
        Add("sluice_watch_up", s => s.IsConnected ? 1 : 0);
        Add("sluice_watch_last_heard_timestamp_seconds", s => s.LastHeard?.ToUnixTimeMilliseconds() / 1000.0);
        Add("sluice_watch_listed", s => s.IsListed ? 1 : 0);
        Add("sluice_watch_objects", s => s.Objects);
        Add("sluice_watch_lists_total", s => s.Lists);
        Add("sluice_watch_starts_total", s => s.Watches);
        Add("sluice_watch_events_total", s => s.Events);
        Add("sluice_watch_failures_total", s => s.Failures);

        void Add(string name, Func<ResourceStatus, double?> value) => registry.Observe(name, () => Measure(read(), value));
    }

    private static IEnumerable<Measurement<double>> Measure(IReadOnlyList<ResourceStatus> resources, Func<ResourceStatus, double?> value)
    {
        foreach (var resource in resources)
        {
            if (value(resource) is { } number)
            {
                yield return new Measurement<double>(number, new KeyValuePair<string, object?>("resource", NameOf(resource.Kind)));
            }
        }
    }

    // As the API names them.
    private static string NameOf(ObjectKind kind) => kind.ToString().ToLowerInvariant() + "s";
}
