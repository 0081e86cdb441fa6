using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>ClientIP session affinity with real connections: kept while a client comes back in time, forgotten afterwards.</summary>
public sealed class AffinityTests(ITestOutputHelper output)
{
    // A fresh choice among three endpoints meets the old one a third of the time: all of so many rounds do once in 500,000 runs.
    private const int Rounds = 12;

    private static readonly Service s_service = TrafficServices.All.First(s => s.AffinitySeconds is not null);

    [Theory]
    [InlineData(ProxyRules.IptablesNft, false)]
    [InlineData(ProxyRules.IptablesNft, true)]
    [InlineData(ProxyRules.Nftables, false)]
    [InlineData(ProxyRules.Nftables, true)]
    public async Task A_client_keeps_its_endpoint_while_it_returns_in_time_and_is_free_afterwards(ProxyRules rules, bool fromServer)
    {
        await using var lab = await TrafficLab.StartOrSkipAsync(rules, fromServer: fromServer);
        var caller = lab.Cluster.Pod("caller");
        var time = TimeProvider.System;
        var timeout = TimeSpan.FromSeconds(s_service.AffinitySeconds!.Value);

        var flows = from family in new[] { IPFamily.IPv4, IPFamily.IPv6 }
                    from port in s_service.Ports
                    select new LabFlow(port.Protocol, s_service.ClusterIPs.First(a => a.Family == family), port.Port);
        var faults = await Task.WhenAll(flows.Select(async flow =>
        {
            // Longer than the timeout in all: every connection renews it.
            var kept = await AskAsync(caller, flow);
            for (var i = 0; i < 6; i++)
            {
                await Task.Delay(timeout / 4, time);
                if (await AskAsync(caller, flow) is var again && again != kept)
                {
                    return $"{flow}: {kept}, and within the timeout {again}";
                }
            }

            for (var round = 1; round <= Rounds; round++)
            {
                await Task.Delay(timeout + TimeSpan.FromSeconds(1), time);
                if (await AskAsync(caller, flow) != kept)
                {
                    output.WriteLine($"{flow}: kept {kept} for 7 connections, another after {round} expiries");
                    return null;
                }
            }

            return $"{flow}: still {kept} after {Rounds} expiries";
        }));
        Assert.All(faults, Assert.Null);
    }

    [Theory]
    [InlineData(ProxyRules.IptablesNft, false)]
    [InlineData(ProxyRules.IptablesNft, true)]
    [InlineData(ProxyRules.Nftables, false)]
    [InlineData(ProxyRules.Nftables, true)]
    public async Task A_client_whose_endpoint_goes_is_sent_to_another_and_stays_there(ProxyRules rules, bool fromServer)
    {
        await using var lab = await TrafficLab.StartOrSkipAsync(rules, fromServer: fromServer);
        var caller = lab.Cluster.Pod("caller");
        var flow = new LabFlow(L4Protocol.Tcp, s_service.ClusterIPs[0], TrafficServices.Port);
        var kept = await AskAsync(caller, flow);
        lab.Remove(lab.Cluster.Nodes.SelectMany(n => n.Pods).First(p => p.Name == kept));

        // The pod still answers: only being forgotten leads elsewhere, for every connection renews what is remembered.
        var patience = System.Diagnostics.Stopwatch.StartNew();
        string next;
        while ((next = await AskAsync(caller, flow)) == kept)
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30), $"still {kept}\n{lab.Log}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(next, await AskAsync(caller, flow));
        }
    }

    [Theory]
    [InlineData(ProxyRules.IptablesNft, false)]
    [InlineData(ProxyRules.IptablesNft, true)]
    [InlineData(ProxyRules.Nftables, false)]
    [InlineData(ProxyRules.Nftables, true)]
    public async Task Clients_are_told_apart_by_their_address_alone(ProxyRules rules, bool fromServer)
    {
        await using var lab = await TrafficLab.StartOrSkipAsync(rules, fromServer: fromServer);
        var client = lab.Cluster.Client;
        var flow = new LabFlow(L4Protocol.Tcp, s_service.LoadBalancerIPs[0], TrafficServices.Port);
        foreach (var source in client.Addresses.Where(a => a.Family == IPFamily.IPv4))
        {
            var servers = new HashSet<string>();
            for (var i = 0; i < 10; i++)
            {
                servers.Add(await AskAsync(client, flow with { Source = source }));
            }

            Assert.Single(servers);
        }
    }

    private static async Task<string> AskAsync(LabMachine client, LabFlow flow) =>
        Assert.IsType<ConnectionResult.Delivered>(await client.ConnectAsync(flow)).Server;
}
