using Sluice.Daemon;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>Which virtual servers go when IPVS mode ends.</summary>
public sealed class IpvsLeftoversTests
{
    private static readonly NetAddress s_node = NetAddress.Parse("192.0.2.1");

    [Fact]
    public void Servers_on_the_nodes_own_addresses_go_when_a_set_names_them_and_those_of_others_stay()
    {
        IpSet[] sets =
        [
            SetOf(IpvsSet.LoadBalancer, new IpSetEntry([new IpSetValue.Network(Prefix.Host(s_node)), new IpSetValue.Port(L4Protocol.Tcp, 80)])),
            SetOf(IpvsSet.NodePortTcp, new IpSetEntry([new IpSetValue.Port(null, 30080)])),
        ];
        var (service, balancer, nodePort) = (Key("10.96.0.10", 80), Key("192.0.2.1", 80), Key("192.0.2.1", 30080));
        VirtualServerKey[] servers = [service, balancer, nodePort, Key("192.0.2.1", 443), Key("203.0.113.1", 80), Key("203.0.113.1", 30080)];
        var table = new IpvsTable(servers.Select(k => new VirtualServer(k)).ToEquatableArray());
        Assert.Equal([service, balancer, nodePort], IpvsLeftovers.ServersOf(sets, [NetAddress.Parse("10.96.0.10")], table, [s_node]));
    }

    private static IpSet SetOf(IpvsSet set, IpSetEntry entry) => IpvsSets.Make(set, IPFamily.IPv4) with { Entries = [entry] };

    private static VirtualServerKey.Address Key(string address, int port) => new(L4Protocol.Tcp, NetAddress.Parse(address), port);
}
