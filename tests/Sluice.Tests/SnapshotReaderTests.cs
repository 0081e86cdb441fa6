using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests;

/// <summary>Everything about a node in one file, or in many.</summary>
public class SnapshotReaderTests
{
    private const string Rules = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n";

    private const string Addresses = """
        $ ip addr
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
            link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
            inet 127.0.0.1/8 scope host lo
               valid_lft forever preferred_lft forever
        2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000
            link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
            inet 192.0.2.10/24 brd 192.0.2.255 scope global eth0

        """;

    private const string Routes = "$ ip route\ndefault via 192.0.2.1 dev eth0\n192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10\n";

    private const string RoutingRules = "$ ip rule\n0:\tfrom all lookup local\n32766:\tfrom all lookup main\n";

    private const string Json = """[{"ifindex":2,"ifname":"eth0","flags":["UP"],"addr_info":[{"family":"inet","local":"192.0.2.10","prefixlen":24,"scope":"global"}]}]""";

    [Theory]
    [InlineData(Addresses + Routes + RoutingRules + Rules)]
    [InlineData(Rules + "\n" + RoutingRules + Routes + Addresses)]
    [InlineData("$ iptables-save\r\n" + Rules + Routes + "$ ip -j addr\n" + Json + "\n" + RoutingRules)]
    public void One_file_may_hold_it_all(string text)
    {
        var read = SnapshotReader.Read([SourceText.Of("node.txt", text)]);

        Assert.Empty(read.Problems);
        Assert.DoesNotContain(read.Notes, n => n.MattersToAnswers);
        Holds(read.Snapshot);
    }

    [Fact]
    public void Each_thing_may_have_a_file_of_its_own()
    {
        string[] files = [Rules, Json, Routes, RoutingRules];
        var read = SnapshotReader.Read(files.Select((f, i) => SourceText.Of($"file {i}", f)));

        Assert.Empty(read.Problems);
        Holds(read.Snapshot);
    }

    [Fact]
    public void What_is_not_there_is_not_known()
    {
        var snapshot = SnapshotReader.Read([SourceText.Of("rules", Rules)]).Snapshot;
        Assert.Null(snapshot.Interfaces);
        Assert.Null(snapshot.Routing);
    }

    private static void Holds(NodeSnapshot snapshot)
    {
        Assert.Single(Assert.Single(snapshot.Ruleset.Tables).Chains[0].Rules);
        Assert.True(snapshot.IsLocal(NetAddress.Parse("192.0.2.10")));
        Assert.Equal(2, snapshot.Routing!.Routes.Count);
        Assert.Equal(2, snapshot.Routing.Rules.Count);
    }
}
