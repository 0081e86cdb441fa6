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

    // One answer in so many may be lost before the measurement counts as failed.
    private const int LostFraction = 1000;

    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--services", var s, "--connections", var c, .. var rest] || rest is not ([] or ["--only", "tcp4" or "udp4" or "tcp6" or "udp6"]) ||
            !int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var services) || services is 0 or > NftTrafficNode.MaxServices ||
            !int.TryParse(c, NumberStyles.None, CultureInfo.InvariantCulture, out var connections) || connections < Turn)
        {
            return Usage();
        }

        return Measure(services, connections / Turn, rest is ["--only", var word] ? word : null) ? 0 : 1;
    }

    public static int Usage()
    {
        Console.Error.WriteLine($"""
            usage: nft-traffic --services N --connections N [--only tcp4|udp4|tcp6|udp6]
              --services     Services of each family, of one endpoint each, at most {NftTrafficNode.MaxServices}
              --connections  how many each way, protocol and family, at least {Turn}
              --only         the protocol and family, where not all are measured
            """);
        return 2;
    }

    private static bool Measure(int services, int turns, string? only)
    {
        IPFamily[] families = [.. NftTrafficLab.Families.Where(f => Has("tcp", f) || Has("udp", f))];
        using var lab = new NftTrafficLab(3);
        List<NftKernel> kernels = [];
        foreach (var family in families)
        {
            kernels.Add(NftKernel.Load(lab.Nodes[Sluice].Intent(family, services), lab.Nodes[Sluice].Namespace));
            _ = new NftServiceChains(lab.Nodes[ServiceChains].Intent(family, services)).LoadIn(lab.Nodes[ServiceChains].Namespace);
        }

        var isWhole = true;
        foreach (var family in families)
        {
            if (Has("tcp", family))
            {
                using var server = lab.Listen(family);
                var ways = Ways(NftTrafficNode.ServiceTcpPort, NftTrafficLab.TcpPort);
                Print(Word("tcp", family), lab.Client.Run(() => Time(ways, turns, way => way.Connect(server))));
            }

            if (Has("udp", family))
            {
                var ways = Ways(NftTrafficNode.ServiceUdpPort, NftTrafficLab.UdpPort);
                var answers = lab.AnswerAsync(family, ways.Length * (turns + 1) * Turn);
                var samples = lab.Client.Run(() => Time(ways, turns, way => way.Ask()));
                answers.Wait();
                isWhole &= HasFewLost(Word("udp", family), samples);
                Print(Word("udp", family), samples);
            }

            NftTrafficWay[] Ways(int servicePort, int serverPort) =>
            [
                new(new IPEndPoint(lab.Nodes[Direct].Server(family).ToIPAddress(), serverPort)),
                new(new IPEndPoint(lab.Nodes[Sluice].Service(family, services).ToIPAddress(), servicePort)),
                new(new IPEndPoint(lab.Nodes[ServiceChains].Service(family, services).ToIPAddress(), servicePort)),
                new(new IPEndPoint(lab.Nodes[Sluice].Server(family).ToIPAddress(), serverPort)),
            ];
        }

        kernels.ForEach(k => k.Dispose());
        return isWhole;

        bool Has(string protocol, IPFamily family) => only is null || only == Word(protocol, family);
    }

    private static string Word(string protocol, IPFamily family) => protocol + (family == IPFamily.IPv4 ? '4' : '6');

    // One turn each to find neighbours and to compile. A measurement that loses more than a few answers ends.
    private static NftSamples[] Time(NftTrafficWay[] ways, int turns, Func<NftTrafficWay, TimeSpan?> measure)
    {
        NftSamples[] samples = [.. ways.Select(_ => new NftSamples(turns * Turn))];
        for (var turn = -1; turn < turns && samples.Sum(s => s.Lost) <= LostAtMost(ways.Length * turns * Turn); turn++)
        {
            for (var w = 0; w < ways.Length; w++)
            {
                for (var i = 0; i < Turn; i++)
                {
                    var time = measure(ways[w]);
                    if (turn < 0)
                    {
                        continue;
                    }

                    if (time is { } value)
                    {
                        samples[w].Add(value);
                    }
                    else
                    {
                        samples[w].AddLost();
                    }
                }
            }
        }

        return samples;
    }

    private static int LostAtMost(int questions) => questions / LostFraction;

    private static bool HasFewLost(string word, NftSamples[] ways)
    {
        var lost = ways.Sum(w => w.Lost);
        var questions = lost + ways.Sum(w => w.Count);
        if (lost > 0)
        {
            Console.Error.WriteLine($"{word}: {lost} of {questions} answers did not come within {NftTrafficWay.Patience.TotalSeconds} s: {string.Join(", ", ways.Select(w => w.Lost))} by the ways in order");
        }

        return lost <= LostAtMost(questions);
    }

    private static void Print(string word, NftSamples[] ways)
    {
        var (direct, sluice, chains, past) = (ways[0], ways[1], ways[2], ways[3]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{word} {sluice.Median / direct.Median:F3} {sluice.Median / chains.Median:F3} # the last Service by direct, by chain per Service; us p50 (p99): direct {Text(direct)}, Service {Text(sluice)}, chain per Service {Text(chains)}, no Service but past its rules {Text(past)}; {direct.Count} connections each, {ways.Sum(w => w.Lost)} answers lost"));
    }

    private static string Text(NftSamples samples) => string.Create(CultureInfo.InvariantCulture, $"{samples.Median:F1} ({samples.Percentile(99):F1})");
}
