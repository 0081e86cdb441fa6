using Sluice.Dataplane.Diff;
using Sluice.Netfilter.Iptables;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>route-chunks</c> verb: writes the input that iptables-restore gets at a cold start, a file per call. Loading those alone is what
/// a cold start is compared with.
/// </summary>
internal static class RouteChunksCommand
{
    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--cluster", var cluster, "--output", var folder])
        {
            return Usage();
        }

        Directory.CreateDirectory(folder);
        var batches = IptablesReconciler.Reconcile(Stream.Null, RouteCluster.Read(cluster).Plan).Batches;
        for (var i = 0; i < batches.Count; i++)
        {
            File.WriteAllText(Path.Combine(folder, $"{i:D5}"), RestoreBatchWriter.Write(batches[i]));
        }

        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: route-chunks --cluster FILE --output FOLDER
              --cluster  the manifests
              --output   where the files go
            """);
        return 2;
    }
}
