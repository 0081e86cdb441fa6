using Sluice.Dataplane.Services;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Services;

public sealed class PodNetworkTests
{
    [Fact]
    public void What_is_not_masqueraded_is_where_pods_live()
    {
        var node = Cases.Read(Cases.Listing);
        var services = ServiceFinder.FindAll(node);
        var pods = PodNetwork.Guess(node, IPFamily.IPv4, services);

        Assert.NotNull(pods);
        Assert.Equal("172.31.0.0/16", pods.Prefix.ToString());
        Assert.Equal("172.31.0.9", pods.PickAddress(node, services).ToString());
    }

    [Fact]
    public void A_network_plugin_names_them_too()
    {
        var node = Cases.Read(Cases.Save("""
            -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
            -A POSTROUTING -s 10.244.0.0/16 -d 10.244.0.0/16 -j RETURN
            """));

        Assert.Equal("10.244.0.0/16", PodNetwork.Guess(node, IPFamily.IPv4)?.Prefix.ToString());
    }

    [Fact]
    public void The_nodes_own_pods_are_behind_their_bridge()
    {
        var node = Cases.Read(Cases.Save("-A KUBE-SVC-X ! -s 10.244.0.0/16 -d 10.96.0.1/32 -j KUBE-MARK-MASQ") + """
            1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
                inet 127.0.0.1/8 scope host lo
            5: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP group default qlen 1000
                inet 10.244.3.1/24 brd 10.244.3.255 scope global cni0

            """);
        Assert.SkipWhen(node.Interfaces is null, "the snapshot reader does not read addresses yet");
        var pods = PodNetwork.Guess(node, IPFamily.IPv4);

        Assert.Equal(("10.244.3.0/24", "cni0"), (pods?.OnNode?.ToString(), pods?.Interface));
        Assert.Equal("10.244.3.9", pods!.PickAddress(node, []).ToString());
    }

    [Fact]
    public void Endpoints_are_the_last_resort()
    {
        var node = Cases.Read(Cases.Save("""
            -A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "a/b cluster IP" -m tcp --dport 80 -j KUBE-SVC-X
            -A KUBE-SVC-X -j KUBE-SEP-A
            -A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.1.2.9:8080
            """));
        var services = ServiceFinder.FindAll(node);
        var pods = PodNetwork.Guess(node, IPFamily.IPv4, services);

        Assert.Equal("10.1.2.0/24", pods?.Prefix.ToString());
        Assert.Equal("10.1.2.10", pods!.PickAddress(node, services).ToString());
    }

    [Fact]
    public void Nothing_is_guessed_from_nothing() => Assert.Null(PodNetwork.Guess(Cases.Read(Cases.Save("")), IPFamily.IPv4));
}
