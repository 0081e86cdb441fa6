using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;

namespace Sluice.Daemon.Telemetry;

/// <summary>Adds the metrics of the process and of the runtime to a registry; they are read when somebody asks.</summary>
internal static class ProcessMetrics
{
    /// <summary>Adds them.</summary>
    public static void AddTo(MetricRegistry registry)
    {
        registry.Observe("process_cpu_seconds_total", () => ProcessReader.ReadStat().CpuSeconds);
        registry.Observe("process_virtual_memory_bytes", () => ProcessReader.ReadStat().VirtualBytes);
        registry.Observe("process_resident_memory_bytes", () => ProcessReader.ReadStat().ResidentBytes);
        registry.Observe("process_open_fds", ProcessReader.CountDescriptors);
        registry.Observe("process_max_fds", () => ProcessReader.ReadLimit("Max open files"));
        registry.Observe("process_virtual_memory_max_bytes", () => ProcessReader.ReadLimit("Max address space"));
        var start = ProcessReader.ReadStart();
        registry.Observe("process_start_time_seconds", () => start);
        registry.Observe("dotnet_gc_collections_total", CountCollections);
        registry.Observe("dotnet_gc_pause_seconds_total", () => GC.GetTotalPauseDuration().TotalSeconds);
        registry.Observe("dotnet_gc_allocated_bytes_total", () => GC.GetTotalAllocatedBytes());
        registry.Observe("dotnet_gc_heap_bytes", () => GC.GetGCMemoryInfo().HeapSizeBytes);
        registry.Observe("dotnet_gc_committed_bytes", () => GC.GetGCMemoryInfo().TotalCommittedBytes);
        registry.Observe("dotnet_threads", () => ThreadPool.ThreadCount);
        AddBuild(registry);
    }

    private static IEnumerable<Measurement<double>> CountCollections()
    {
        for (var i = 0; i <= GC.MaxGeneration; i++)
        {
            yield return new Measurement<double>(GC.CollectionCount(i), new KeyValuePair<string, object?>("generation", Invariant(i)));
        }
    }

    private static void AddBuild(MetricRegistry registry)
    {
        var version = typeof(ProcessMetrics).Assembly.GetName().Version!;
        var text = version.ToString(3);
        var architecture = RuntimeInformation.ProcessArchitecture switch
        {
            Architecture.X64 => "amd64",
            var other => other.ToString().ToLowerInvariant(),
        };
        Constant("sluice_build_info", registry.Mode.ToString().ToLowerInvariant(), text);
        Constant("kubernetes_build_info", "", ".NET " + Environment.Version.ToString(3), "", "", $"sluice-v{text}", "", Invariant(version.Major), Invariant(version.Minor), $"linux/{architecture}");

        void Constant(string name, params string[] values)
        {
            var labels = MetricTable.Find(name).Labels.Zip(values, (label, value) => new KeyValuePair<string, object?>(label, value)).ToArray();
            registry.Observe(name, () => [new Measurement<double>(1, labels)]);
        }
    }

    private static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
