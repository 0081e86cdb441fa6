using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>The lab itself, without any rules of Services: who reaches whom, and what the other end sees.</summary>
public sealed class LabClusterTests
{
    private const int Port = 8080;
    private static readonly LabPod[] s_pods = [new("a", 11), new("b", 12), new("far", 11, Node: 2)];

    public static TheoryData<string, IPFamily> Protocols => new(
        from protocol in new[] { "tcp", "udp", "sctp" }
        from family in new[] { IPFamily.IPv4, IPFamily.IPv6 }
        select (protocol, family));

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Everybody_reaches_every_pod_and_is_seen_by_its_own_address(string name, IPFamily family)
    {
        using var lab = BuildOrSkip();
        var protocol = Protocol(name);
        var machines = lab.Nodes.SelectMany(n => n.Pods).ToList();
        machines.ForEach(m => m.Serve(protocol, Port));
        foreach (var server in machines)
        {
            foreach (var client in machines.Append(lab.Client))
            {
                var result = await client.ConnectAsync(new LabFlow(protocol, server.Address(family), Port));
                var seen = Assert.IsType<ConnectionResult.Delivered>(result);
                Assert.Equal((server.Name, client.Address(family)), (seen.Server, seen.Source));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_refused_packet_is_reported_at_once_and_a_dropped_one_when_patience_ends(string name, IPFamily family)
    {
        using var lab = BuildOrSkip();
        var protocol = Protocol(name);
        var program = family == IPFamily.IPv4 ? "iptables-restore" : "ip6tables-restore";
        _ = lab.Node.Machine.Namespace.Check(program, [], $"""
            *filter
            -A FORWARD -p {name} --dport 1 -j REJECT
            -A FORWARD -p {name} --dport 2 -j DROP
            -A OUTPUT -p {name} --dport 1 -j REJECT
            -A OUTPUT -p {name} --dport 2 -j DROP
            COMMIT

            """);
        var flow = new LabFlow(protocol, lab.Pod("b").Address(family), 1);
        foreach (var client in new[] { lab.Pod("a"), lab.Node.Machine })
        {
            var refused = Assert.IsType<ConnectionResult.Refused>(await client.ConnectAsync(flow));
            Assert.Equal("ConnectionRefused", refused.Reason);

            // An ICMPv6 error that comes while connect() still holds the socket counts at the first retransmission only.
            Assert.InRange(refused.After, TimeSpan.Zero, TimeSpan.FromSeconds(1.8));
            Assert.IsType<ConnectionResult.TimedOut>(await client.ConnectAsync(flow with { Port = 2, Patience = TimeSpan.FromMilliseconds(300) }));
        }
    }

    [Fact]
    public async Task Many_connections_at_a_time_all_arrive()
    {
        using var lab = BuildOrSkip();
        lab.Pod("b").Serve(L4Protocol.Tcp, Port);
        var results = await lab.Client.ConnectAsync(new LabFlow(L4Protocol.Tcp, lab.Pod("b").Address(IPFamily.IPv4), Port), 5000);
        Assert.Equal(5000, results.OfType<ConnectionResult.Delivered>().Count(r => r.Server == "b"));
    }

    [Fact]
    public async Task Clients_choose_among_their_addresses_and_hosts_serve_beside_their_pods()
    {
        using var lab = BuildOrSkip();
        lab.Node.Machine.Serve(L4Protocol.Tcp, Port);
        foreach (var source in lab.Client.Addresses)
        {
            var flow = new LabFlow(L4Protocol.Tcp, lab.Node.Machine.Address(source.Family), Port) { Source = source };
            var seen = Assert.IsType<ConnectionResult.Delivered>(await lab.Client.ConnectAsync(flow));
            Assert.Equal((LabNodeName, source), (seen.Server, seen.Source));
        }
    }

    private static string LabNodeName => LabNode.NameOf(1);

    private static L4Protocol Protocol(string name) => L4Protocol.TryParse(name, out var protocol) ? protocol : throw new ArgumentException(name, nameof(name));

    private static LabCluster BuildOrSkip()
    {
        if (LabSupport.Unavailable is { } reason)
        {
            Assert.Skip(reason);
        }

        return LabCluster.Build(s_pods);
    }
}
