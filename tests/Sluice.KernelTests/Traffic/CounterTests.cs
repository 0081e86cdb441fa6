using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// With <c>--nftables-counters</c> the kernel counts for each Service port what was really sent: of UDP by arithmetic, of TCP against counters in a
/// table of somebody else.
/// </summary>
public sealed class CounterTests(ITestOutputHelper output)
{
    private const int Questions = 150;
    private const int UdpHeader = 8;
    private const int IPv4Header = 20;
    private const int IPv6Header = 40;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static readonly string s_witness = $$"""
        table inet witness {
          counter cluster { }
          counter node { }
          chain forward {
            type filter hook forward priority 10; policy accept;
            meta l4proto tcp ct original ip daddr {{WeightedService.ClusterIP}} ct original proto-dst {{WeightedService.Port}} counter name "cluster"
            meta l4proto tcp ct original proto-dst {{WeightedService.NodePort}} counter name "node"
          }
        }
        """;

    // Never the same twice: for connection tracking that would be no new connection.
    private int _sourcePort = 20_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task Connections_packets_and_bytes_are_those_that_were_sent_and_survive_a_change_of_endpoints(bool fromServer) =>
        WeightedService.InLabAsync(fromServer, RunAsync);

    private async Task RunAsync(LabCluster lab, WeightedService service)
    {
        lab.Node.Machine.Namespace.Check("nft", ["-f", "-"], s_witness);
        service.Write(("a", 1), ("b", 1));
        using var proxy = await LabProxy.StartAsync(
            lab.Node.Machine, [.. service.Flags, .. ProxyRules.Nftables.Flags(), "--nftables-counters", "--nodeport-addresses", "0.0.0.0/0", "-v", "1"]);
        using var counters = lab.Node.Machine.Namespace.Run(() => ServiceCounters.Open(
            [.. new[] { IPFamily.IPv4, IPFamily.IPv6 }.Select(f => new NftablesPlanOptions(f) { Counters = true })]));
        Assert.All(Read(counters), c => Assert.Equal((0UL, 0UL, 0UL), (c.Connections, c.Packets, c.Bytes)));

        var expected = new ServiceCount[]
        {
            await AskAsync(lab, WeightedService.ClusterIP, IPv4Header),
            await AskAsync(lab, WeightedService.ClusterIPv6, IPv6Header),
        };
        RequireUdp(expected, Read(counters));

        await ConnectAsync(lab.Pod("caller"), WeightedService.ClusterIP, WeightedService.Port);
        await ConnectAsync(lab.Client, lab.Node.Machine.Address(IPFamily.IPv4), WeightedService.NodePort);
        await RequireTcpAsync(lab, counters, 2 * Questions);

        // Another list of endpoints is other elements, but not of the sets that count.
        var line = proxy.Lines.Count;
        service.Write(("a", 3), ("b", 1));
        await proxy.LineAsync(line, "changes are in place", "family=IPv4");
        RequireUdp(expected, Read(counters));
        await ConnectAsync(lab.Pod("caller"), WeightedService.ClusterIP, WeightedService.Port);
        await RequireTcpAsync(lab, counters, 3 * Questions);
        await proxy.StopAsync();
    }

    private static EquatableArray<ServiceCount> Read(ServiceCounters counters)
    {
        var counts = counters.Read(out var problem);
        Assert.Null(problem);
        Assert.Equal(["shop/weighted:t IPv4", "shop/weighted:u IPv4", "shop/weighted:t IPv6", "shop/weighted:u IPv6"], counts.Select(c => $"{c.Name} {c.Family}"));
        return counts;
    }

    private void RequireUdp(IEnumerable<ServiceCount> expected, EquatableArray<ServiceCount> counts)
    {
        var udp = counts.Where(c => c.Protocol == L4Protocol.Udp).ToList();
        udp.ForEach(c => output.WriteLine(c.ToString()));
        Assert.Equal(expected, udp);
    }

    // One datagram each way; whom the server saw is part of its answer.
    private async Task<ServiceCount> AskAsync(LabCluster lab, NetAddress service, int header)
    {
        var bytes = 0;
        foreach (var delivered in await ConnectAsync(lab.Pod("caller"), service, WeightedService.Port, L4Protocol.Udp))
        {
            var answer = string.Create(CultureInfo.InvariantCulture, $"{delivered.Server} {delivered.Source} {delivered.SourcePort}\n");
            bytes += (2 * (header + UdpHeader)) + "who?\n".Length + answer.Length;
        }

        return new ServiceCount("shop/weighted:u", L4Protocol.Udp, service.Family) { Connections = Questions, Packets = 2 * Questions, Bytes = (ulong)bytes };
    }

    private async Task<ConcurrentBag<ConnectionResult.Delivered>> ConnectAsync(LabMachine client, NetAddress address, int port, L4Protocol? protocol = null)
    {
        var results = new ConcurrentBag<ConnectionResult.Delivered>();
        await Parallel.ForAsync(0, Questions, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => results.Add(
            Assert.IsType<ConnectionResult.Delivered>(await client.ConnectAsync(new LabFlow(protocol ?? L4Protocol.Tcp, address, port)
            {
                Source = client.Address(address.Family),
                SourcePort = Interlocked.Increment(ref _sourcePort),
                Patience = s_patience,
            }))));
        return results;
    }

    private async Task RequireTcpAsync(LabCluster lab, ServiceCounters counters, int connections)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            // The last packets of a connection may be under way: what is compared must be of one moment.
            var (before, count, after) = (Witness(lab), Read(counters).Single(c => c.Name == "shop/weighted:t" && c.Family == IPFamily.IPv4), Witness(lab));
            if (before == after && before == (count.Packets, count.Bytes))
            {
                output.WriteLine($"{count}; the witness: {before}");
                Assert.Equal((ulong)connections, count.Connections);
                Assert.InRange(count.Packets, (ulong)connections * 5, (ulong)connections * 9);
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < s_patience, $"{count}; the witness: {before}, {after}");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    private static (ulong Packets, ulong Bytes) Witness(LabCluster lab)
    {
        using var listing = JsonDocument.Parse(lab.Node.Machine.Namespace.Check("nft", ["-j", "list", "counters", "table", "inet", "witness"]));
        var (packets, bytes) = (0UL, 0UL);
        foreach (var item in listing.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (item.TryGetProperty("counter", out var counter))
            {
                packets += counter.GetProperty("packets").GetUInt64();
                bytes += counter.GetProperty("bytes").GetUInt64();
            }
        }

        return (packets, bytes);
    }
}
