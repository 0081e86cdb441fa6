namespace Sluice.Daemon.Telemetry;

/// <summary>The metrics of the process: those of the Prometheus client libraries, and of the .NET runtime.</summary>
internal static class ProcessRows
{
    /// <summary>The rows.</summary>
    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("process_cpu_seconds_total", MetricKind.Counter, "Total user and system CPU time spent in seconds."),
        new("process_open_fds", MetricKind.Gauge, "Number of open file descriptors."),
        new("process_max_fds", MetricKind.Gauge, "Maximum number of open file descriptors."),
        new("process_virtual_memory_bytes", MetricKind.Gauge, "Virtual memory size in bytes."),
        new("process_virtual_memory_max_bytes", MetricKind.Gauge, "Maximum amount of virtual memory available in bytes."),
        new("process_resident_memory_bytes", MetricKind.Gauge, "Resident memory size in bytes."),
        new("process_start_time_seconds", MetricKind.Gauge, "Start time of the process since unix epoch in seconds."),
        KubeProxyMetrics.NotServed("process_network_*", MetricKind.Counter, "Bytes received and sent over the network", "they are those of the whole network namespace, not of the process"),
        new("dotnet_gc_collections_total", MetricKind.Counter, "Garbage collections, those of older generations counted among the younger ones' too.")
        {
            Labels = ["generation"],
            State = MetricState.Own,
        },
        new("dotnet_gc_pause_seconds_total", MetricKind.Counter, "Time for which the garbage collector held the process up.") { State = MetricState.Own },
        new("dotnet_gc_allocated_bytes_total", MetricKind.Counter, "Bytes allocated on the managed heap.") { State = MetricState.Own },
        new("dotnet_gc_heap_bytes", MetricKind.Gauge, "Size of the managed heap, fragmentation included, as of the last collection.") { State = MetricState.Own },
        new("dotnet_gc_committed_bytes", MetricKind.Gauge, "Memory that the garbage collector has of the system, as of the last collection.") { State = MetricState.Own },
        new("dotnet_threads", MetricKind.Gauge, "Threads of the thread pool.") { State = MetricState.Own },
    ];
}
