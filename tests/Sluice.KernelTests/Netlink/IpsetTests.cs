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

    [Fact]
    public void Random_sets_are_the_same_through_netlink_and_through_ipset()
    {
        output.WriteLine(SetComparison.Run(60));
    }

    [Fact]
    public void Entries_of_a_set_share_messages_and_all_of_them_one_send()
    {
        using var space = IpsetSpace.Open();
        const int Count = 5000;
        var steps = Enumerable.Range(0, Count).Select(i => (IpvsStep)new IpvsStep.AddEntry(s_clusterIPs, Entry($"10.96.{i >> 8}.{i & 255}", 80, $"default/service-{i}:http"))).Prepend(new IpvsStep.CreateSet(s_clusterIPs));
        Assert.Empty(space.Apply([.. steps]));
        output.WriteLine($"{space.Sent}");

        Assert.Equal((1, Count), (space.Sent.Sends, space.Sent.Entries));
        Assert.InRange(space.Sent.Messages, 2, 1 + (Count / 200));
        Assert.Equal(Count, Assert.Single(space.Read().Sets).Entries.Count);

        Assert.Empty(space.Apply(new IpvsStep.RemoveEntry(s_clusterIPs, Entry("10.96.0.1", 80)), new IpvsStep.AddEntry(s_clusterIPs, Entry("10.97.0.1", 80))));
        Assert.Equal((1, 2, 2), (space.Sent.Sends, space.Sent.Messages, space.Sent.Entries));
    }

    [Fact]
    public void An_entry_that_is_there_gets_its_comment_and_one_that_is_not_need_not_go()
    {
        using var space = IpsetSpace.Open();
        Assert.Empty(space.Apply(
            new IpvsStep.CreateSet(s_clusterIPs),
            new IpvsStep.AddEntry(s_clusterIPs, Entry("10.96.0.1", 80, "default/old:http")),
            new IpvsStep.AddEntry(s_clusterIPs, Entry("10.96.0.1", 80, "default/new:http")),
            new IpvsStep.RemoveEntry(s_clusterIPs, Entry("10.96.0.2", 80)),
            new IpvsStep.DestroySet("nothing")));

        Assert.Equal([Entry("10.96.0.1", 80, "default/new:http")], Assert.Single(space.Read().Sets).Entries);
        Assert.Null(space.Connection.Read(s_clusterIPs.Name, out var shape, hasEntries: false));
        Assert.Equal((true, 0, true), (shape!.HasComments, shape.Entries.Count, shape.LacksEntries));
        Assert.Null(space.Connection.Read("nothing", out var nothing));
        Assert.Null(nothing);
    }

    [Fact]
    public void A_set_is_replaced_whole_or_not_at_all()
    {
        using var space = IpsetSpace.Open();
        var larger = s_clusterIPs with { MaxEntries = 3, Entries = [Entry("10.96.0.1", 80), Entry("10.96.0.2", 80), Entry("10.96.0.3", 80, "default/web:http")] };
        Assert.Empty(space.Apply(
            new IpvsStep.CreateSet(s_clusterIPs with { MaxEntries = 1, HasComments = false }),
            new IpvsStep.AddEntry(s_clusterIPs, Entry("10.96.9.9", 80)),

            // As a process that was killed leaves it.
            new IpvsStep.CreateSet(s_clusterIPs with { Name = "KUBE-CLUSTER-IP-NEW" }),
            new IpvsStep.ReplaceSet(larger)));
        Assert.Equal([larger], space.Read().Sets);

        var refused = Assert.Single(space.Apply(new IpvsStep.ReplaceSet(larger with { MaxEntries = 2 })));
        Assert.Equal((0, "entry 10.96.0.3,tcp:80 of set KUBE-CLUSTER-IP does not fit: the set is full (maxelem) (ipset's error 4352)"), (refused.Step, refused.Message));
        Assert.Equal([larger], space.Read().Sets);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "again", "set KUBE-CLUSTER-IP (hash:ip,port) exists already (EEXIST)" },
        { "no set", "entry 10.96.0.9,tcp:80 is refused: set nothing does not exist" },
        { "family", "entry fd00::1,tcp:80 of set KUBE-CLUSTER-IP does not fit the set's type and family, or the protocol that this kernel's ipset speaks (ipset's error 4097)" },
        { "range", "entry 99 of set ports is outside of the set's range (ipset's error 4352)" },
        { "comment", "entry 10.96.0.9,tcp:80 of set KUBE-CLUSTER-IP has a comment of more than 255 bytes" },
        { "no comments", "entry 1 of set ports has a comment although the set was made without (ipset's error 4112)" },
        { "type", "set odd (hash:port,port) is of a type that this kernel does not have (ipset's error 4098)" },
        { "swap", "set ports (hash:ip), made anew, and the set whose place it is to take are of different types or families (ipset's error 4102)" },
        { "in use", "set KUBE-CLUSTER-IP is used by a rule or by another set (ipset's error 4100)" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_says_which_step_and_why_and_what_came_before_it_stays(string which, string message)
    {
        using var space = IpsetSpace.Open();
        var ports = new IpSet("ports", IpSetType.BitmapPort) { Range = (Port(0), Port(10)) };
        var list = new IpSet("list", new IpSetType(IpSetMethod.List, []));
        Assert.Empty(space.Apply(new IpvsStep.CreateSet(s_clusterIPs), new IpvsStep.CreateSet(ports), new IpvsStep.CreateSet(list)));
        Assert.Empty(space.Apply(new IpvsStep.AddEntry(list, new IpSetEntry([new IpSetValue.Member(s_clusterIPs.Name)]))));
        IpvsStep wrong = which switch
        {
            "again" => new IpvsStep.CreateSet(s_clusterIPs),
            "no set" => new IpvsStep.AddEntry(s_clusterIPs with { Name = "nothing" }, Entry("10.96.0.9", 80)),
            "family" => new IpvsStep.AddEntry(s_clusterIPs, Entry("fd00::1", 80)),
            "range" => new IpvsStep.AddEntry(ports, new IpSetEntry([Port(99)])),
            "comment" => new IpvsStep.AddEntry(s_clusterIPs, Entry("10.96.0.9", 80, new string('x', 256))),
            "no comments" => new IpvsStep.AddEntry(ports, new IpSetEntry([Port(1)]) { Comment = "default/web:http" }),
            "type" => new IpvsStep.CreateSet(new IpSet("odd", new IpSetType(IpSetMethod.Hash, [IpSetDimension.Port, IpSetDimension.Port])) { Family = IPFamily.IPv4 }),
            "swap" => new IpvsStep.ReplaceSet(new IpSet("ports", IpSetType.HashIP) { Family = IPFamily.IPv4 }),
            _ => new IpvsStep.DestroySet(s_clusterIPs.Name),
        };

        var refusal = Assert.Single(space.Apply(new IpvsStep.AddEntry(s_clusterIPs, Entry("10.96.0.1", 80)), new IpvsStep.AddEntry(s_clusterIPs, Entry("10.96.0.2", 80)), wrong));

        Assert.Equal((2, message), (refusal.Step, refusal.Message));
        Assert.Equal(2, space.Read().Find(s_clusterIPs.Name)!.Entries.Count);
        Assert.Equal(3, space.Read().Sets.Count);
    }

    private static IpSetEntry Entry(string address, int port, string? comment = null) =>
        new([Address(address), new IpSetValue.Port(L4Protocol.Tcp, port)]) { Comment = comment };

    private static IpSetValue Address(string address) => new IpSetValue.Network(Prefix.Parse(address));

    private static IpSetValue Port(int number) => new IpSetValue.Port(null, number);
}
