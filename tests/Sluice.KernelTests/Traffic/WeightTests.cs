using System.Collections.Concurrent;
using System.Globalization;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>Real connections to a Service whose endpoints have weights are spread as the weights say, also after they were changed.</summary>
public sealed class WeightTests(ITestOutputHelper output)
{
    private const int Connections = 3000;

    // With three endpoints chi-square exceeds x by chance with probability e^(-x/2), with two more rarely: here 1e-9. The kernel's draw has no
    // seed, so this must do for the nine samples of a run: a right program fails less often than once in ten million runs.
    private static readonly double s_critical = -2 * Math.Log(1e-9);

    // Never the same twice: an entry of connection tracking would keep the endpoint that its first connection drew.
    private int _sourcePort = 20_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Connections_are_spread_by_weight_and_follow_when_weights_change(bool fromServer) => WeightedService.InLabAsync(fromServer, RunAsync);

    private async Task RunAsync(LabCluster lab, WeightedService service)
    {
        service.Write(("a", 3), ("b", 1));
        using var proxy = await LabProxy.StartAsync(
            lab.Node.Machine, [.. service.Flags, .. ProxyRules.Nftables.Flags(), "--cluster-cidr", string.Join(',', LabAddresses.ClusterCidrs.Select(c => c.ToCidrString())), "--nodeport-addresses", "0.0.0.0/0", "-v", "1"]);
        await SampleAsync(lab, ("a", 3), ("b", 1));
        foreach (var weights in ((string, int)[][])[[("a", 5), ("b", 2), ("c", 1)], [("a", 10), ("b", 20), ("c", 50)]])
        {
            var line = proxy.Lines.Count;
            service.Write(weights);
            await proxy.LineAsync(line, "changes are in place", "family=IPv4", "changed=1");
            await proxy.LineAsync(line, "changes are in place", "family=IPv6", "changed=1");
            await SampleAsync(lab, weights);
        }

        await proxy.StopAsync();
    }

    private async Task SampleAsync(LabCluster lab, params (string Pod, int Weight)[] weights)
    {
        double total = weights.Sum(w => w.Weight);
        var shares = weights.ToDictionary(w => w.Pod, w => w.Weight / total, StringComparer.Ordinal);
        var equal = weights.ToDictionary(w => w.Pod, _ => 1.0 / weights.Length, StringComparer.Ordinal);
        foreach (var (client, flow) in Ways(lab))
        {
            var counts = await CountAsync(client, flow);
            var (fit, unweighted) = (ChiSquare.Of(shares, counts), ChiSquare.Of(equal, counts));
            var evidence = string.Create(CultureInfo.InvariantCulture,
                $"{flow} from {client.Name}, weights {string.Join(':', weights.Select(w => w.Weight))}: {string.Join(", ", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"))}; chi-square {fit:F1}, {unweighted:F0} if none had a weight (critical {s_critical:F1})");
            output.WriteLine(evidence);
            Assert.Equal(Connections, counts.Values.Sum());
            Assert.True(fit < s_critical, evidence);

            // So the sample is large enough to tell.
            Assert.True(unweighted > s_critical, evidence);
        }
    }

    private static IEnumerable<(LabMachine Client, LabFlow Flow)> Ways(LabCluster lab) =>
    [
        (lab.Pod("caller"), new LabFlow(L4Protocol.Tcp, WeightedService.ClusterIP, WeightedService.Port)),
        (lab.Pod("caller"), new LabFlow(L4Protocol.Udp, WeightedService.ClusterIPv6, WeightedService.Port)),
        (lab.Client, new LabFlow(L4Protocol.Tcp, lab.Node.Machine.Address(IPFamily.IPv4), WeightedService.NodePort)),
    ];

    private async Task<Dictionary<string, int>> CountAsync(LabMachine client, LabFlow flow)
    {
        var counts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        var source = client.Address(flow.Destination.Family);
        await Parallel.ForAsync(0, Connections, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) =>
        {
            var result = await client.ConnectAsync(flow with { Source = source, SourcePort = Interlocked.Increment(ref _sourcePort), Patience = TimeSpan.FromSeconds(10) });
            counts.AddOrUpdate(result is ConnectionResult.Delivered delivered ? delivered.Server : result.ToString(), 1, (_, n) => n + 1);
        });
        return new Dictionary<string, int>(counts, StringComparer.Ordinal);
    }
}
