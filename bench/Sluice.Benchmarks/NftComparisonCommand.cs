using System.Text;

namespace Sluice.Benchmarks;

/// <summary>The <c>nft-comparison</c> verb: writes a cluster's rules in a layout of kube-proxy's, and one changed endpoint, as input for <c>nft -f</c>.</summary>
internal static class NftComparisonCommand
{
    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--layout", var layout and ("endpoint-chains" or "service-chains"), "--cluster", var cluster, "--output", var output, "--change", var change])
        {
            return Usage();
        }

        var intent = RouteCluster.Read(cluster).Plan.Intent;
        NftComparisonLayout rules = layout == "endpoint-chains" ? new NftEndpointChains(intent) : new NftServiceChains(intent);
        using (var writer = Open(output))
        {
            rules.WriteTo(writer);
        }

        using (var writer = Open(change))
        {
            var last = intent.Ports.Last();
            rules.WriteChange(writer, last, NftChangeSide.Replace(last, NftChangeSide.Newcomer));
        }

        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: nft-comparison --layout LAYOUT --cluster FILE --output FILE --change FILE
              --layout   endpoint-chains: one per Service and endpoint, as kube-proxy 1.32; service-chains: one per Service, as 1.37
              --cluster  the manifests
              --output   file for the whole table
              --change   file for the change of one endpoint of the last Service
            """);
        return 2;
    }

    private static StreamWriter Open(string path) =>
        new(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16) { NewLine = "\n" };
}
