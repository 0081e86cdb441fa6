using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.KernelTests.Netlink;

/// <summary>Sets over netlink, against ipset.</summary>
public sealed class IpsetTests(ITestOutputHelper output)
{
    private static readonly IpSet s_clusterIPs = new("KUBE-CLUSTER-IP", IpSetType.HashIPPort)
    {
        Family = IPFamily.IPv4,
        HashSize = 1024,
        MaxEntries = 4194304,
        HasComments = true,
    };

    [Fact]
    public void What_is_written_here_is_what_ipset_saves()
    {
        using var space = IpsetSpace.Open();
        var ports = new IpSet("KUBE-NODE-PORT-TCP", IpSetType.BitmapPort) { Range = (Port(0), Port(65535)), HasComments = true };
        var sources = new IpSet("KUBE-6-LOAD-BALANCER-SOURCE-CID", IpSetType.HashIPPortNet) { Family = IPFamily.IPv6, HashSize = 64, MaxEntries = 100, Timeout = 0, HasCounters = true };
        Assert.Empty(space.Apply(
            new IpvsStep.CreateSet(s_clusterIPs),
            new IpvsStep.AddEntry(s_clusterIPs, Entry("10.96.0.1", 443, "default/kubernetes:https")),
            new IpvsStep.AddEntry(s_clusterIPs, Entry("10.96.0.10", 53) with { Values = [Address("10.96.0.10"), new IpSetValue.Port(L4Protocol.Udp, 53)] }),
            new IpvsStep.CreateSet(ports),
            new IpvsStep.AddEntry(ports, new IpSetEntry([Port(30080)]) { Comment = "default/web:http" }),
            new IpvsStep.CreateSet(sources),
            new IpvsStep.AddEntry(sources, new IpSetEntry([Address("fd00::1"), new IpSetValue.Port(L4Protocol.Tcp, 80), new IpSetValue.Network(Prefix.Parse("fd00:1::/32"))]))));
        output.WriteLine($"{space.Sent}\n{space.Save()}");

        Assert.Equal(
            """
            create KUBE-CLUSTER-IP hash:ip,port family inet hashsize 1024 maxelem 4194304 comment bucketsize 12
            add KUBE-CLUSTER-IP 10.96.0.1,tcp:443 comment "default/kubernetes:https"
            add KUBE-CLUSTER-IP 10.96.0.10,udp:53
            create KUBE-NODE-PORT-TCP bitmap:port range 0-65535 comment
            add KUBE-NODE-PORT-TCP 30080 comment "default/web:http"
            create KUBE-6-LOAD-BALANCER-SOURCE-CID hash:ip,port,net family inet6 hashsize 64 maxelem 100 timeout 0 counters bucketsize 12
            add KUBE-6-LOAD-BALANCER-SOURCE-CID fd00::1,tcp:80,fd00:1::/32 timeout 0 packets 0 bytes 0
            """.Split('\n').Order(StringComparer.Ordinal),
            space.Save().TrimEnd('\n').Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal((1, 6, 4), (space.Sent.Sends, space.Sent.Messages, space.Sent.Entries));
    }

    private static IpSetEntry Entry(string address, int port, string? comment = null) =>
        new([Address(address), new IpSetValue.Port(L4Protocol.Tcp, port)]) { Comment = comment };

    private static IpSetValue Address(string address) => new IpSetValue.Network(Prefix.Parse(address));

    private static IpSetValue Port(int number) => new IpSetValue.Port(null, number);
}
