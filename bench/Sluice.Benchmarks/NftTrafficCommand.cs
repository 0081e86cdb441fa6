using System.Globalization;
using System.Net;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>nft-traffic</c> verb: what new connections cost to the last of many Services, against the direct way and against kube-proxy's
/// layout, each in a node of its own; the ways take turns.
/// </summary>
internal static class NftTrafficCommand
{
    private const int Turn = 20;
    private const int Direct = 0;
    private const int Sluice = 1;
    private const int ServiceChains = 2;

    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--services", var s, "--connections", var c] ||
            !int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var services) || services is 0 or > NftTrafficNode.MaxServices ||
            !int.TryParse(c, NumberStyles.None, CultureInfo.InvariantCulture, out var connections) || connections < Turn)
        {
            return Usage();
        }

        Measure(services, connections / Turn);
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine($"""
            usage: nft-traffic --services N --connections N
              --services     Services of each family, of one endpoint each, at most {NftTrafficNode.MaxServices}
              --connections  how many each way, protocol and family, at least {Turn}
            """);
        return 2;
    }

    private static void Measure(int services, int turns)
    {
        using var lab = new NftTrafficLab(3);
        List<NftKernel> kernels = [];
        foreach (var family in NftTrafficLab.Families)
        {
            kernels.Add(NftKernel.Load(lab.Nodes[Sluice].Intent(family, services), lab.Nodes[Sluice].Namespace));
            _ = new NftServiceChains(lab.Nodes[ServiceChains].Intent(family, services)).LoadIn(lab.Nodes[ServiceChains].Namespace);
        }

        foreach (var family in NftTrafficLab.Families)
        {
            var digit = family == IPFamily.IPv4 ? 4 : 6;
            using var server = lab.Listen(family);
            var ways = Ways(NftTrafficNode.ServiceTcpPort, NftTrafficLab.TcpPort);
            Print($"tcp{digit}", lab.Client.Run(() => Time(ways, turns, way => way.Connect(server))));

            ways = Ways(NftTrafficNode.ServiceUdpPort, NftTrafficLab.UdpPort);
            var answers = lab.AnswerAsync(family, ways.Length * (turns + 1) * Turn);
            Print($"udp{digit}", lab.Client.Run(() => Time(ways, turns, way => way.Ask())));
            answers.Wait();

            NftTrafficWay[] Ways(int servicePort, int serverPort) =>
            [
                new(new IPEndPoint(lab.Nodes[Direct].Server(family).ToIPAddress(), serverPort)),
                new(new IPEndPoint(lab.Nodes[Sluice].Service(family, services).ToIPAddress(), servicePort)),
                new(new IPEndPoint(lab.Nodes[ServiceChains].Service(family, services).ToIPAddress(), servicePort)),
                new(new IPEndPoint(lab.Nodes[Sluice].Server(family).ToIPAddress(), serverPort)),
            ];
        }

        kernels.ForEach(k => k.Dispose());
    }

    // One turn each to find neighbours and to compile.
    private static NftSamples[] Time(NftTrafficWay[] ways, int turns, Func<NftTrafficWay, TimeSpan> measure)
    {
        NftSamples[] samples = [.. ways.Select(_ => new NftSamples(turns * Turn))];
        for (var turn = -1; turn < turns; turn++)
        {
            for (var w = 0; w < ways.Length; w++)
            {
                for (var i = 0; i < Turn; i++)
                {
                    var time = measure(ways[w]);
                    if (turn >= 0)
                    {
                        samples[w].Add(time);
                    }
                }
            }
        }

        return samples;
    }

    private static void Print(string word, NftSamples[] ways)
    {
        var (direct, sluice, chains, past) = (ways[0], ways[1], ways[2], ways[3]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{word} {sluice.Median / direct.Median:F3} {sluice.Median / chains.Median:F3} # the last Service by direct, by chain per Service; us p50 (p99): direct {Text(direct)}, Service {Text(sluice)}, chain per Service {Text(chains)}, no Service but past its rules {Text(past)}; {direct.Count} connections each"));
    }

    private static string Text(NftSamples samples) => string.Create(CultureInfo.InvariantCulture, $"{samples.Median:F1} ({samples.Percentile(99):F1})");
}
