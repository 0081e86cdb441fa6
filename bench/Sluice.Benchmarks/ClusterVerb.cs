namespace Sluice.Benchmarks;

/// <summary>A verb whose only option is the cluster's manifests.</summary>
internal static class ClusterVerb
{
    /// <summary>Reads the manifests and measures; the exit code.</summary>
    public static int Run(string verb, ReadOnlySpan<string> options, Func<NftCluster, Task> measure)
    {
        if (options is not ["--cluster", var cluster])
        {
            return Usage(verb);
        }

        measure(NftCluster.Read(cluster)).GetAwaiter().GetResult();
        return 0;
    }

    /// <summary>Says how it is called; the exit code.</summary>
    public static int Usage(string verb)
    {
        Console.Error.WriteLine($"""
            usage: {verb} --cluster FILE
              --cluster  the manifests
            """);
        return 2;
    }
}
