using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.Tests.Ipvs;

/// <summary>The same virtual servers in every form that ipvsadm prints are the same value, as far as the form tells. The dumps are real ones.</summary>
public sealed class IpvsFormTests
{
    private const string MaskNote = "mask 255.0.255.0";

    [Theory]
    [InlineData("kube", "S")]
    [InlineData("kube", "Ln-tun-info")]
    [InlineData("all", "S")]
    [InlineData("all", "Ln-tun-info")]
    public void Forms_that_tell_everything_read_as_the_same_servers(string state, string form)
    {
        var read = Read(state, form);
        Assert.Null(ServerDumps.Difference(Saved(state), read.Snapshot.Ipvs));
        Assert.DoesNotContain(read.Notes, n => !n.Message.Contains(MaskNote, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kube", "Ln")]
    [InlineData("kube", "L")]
    [InlineData("kube", "Ln-nosort")]
    [InlineData("all", "Ln")]
    [InlineData("all", "L")]
    [InlineData("all", "Ln-nosort")]
    public void A_listing_tells_all_but_how_tunnels_wrap(string state, string form)
    {
        var read = Read(state, form);
        Assert.Null(ServerDumps.Difference(ServerDumps.With(Saved(state), s => s, r => r with { Tunnel = null }), read.Snapshot.Ipvs));
        Assert.DoesNotContain(read.Notes, n => n.MattersToAnswers && !n.Message.Contains(MaskNote, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kube")]
    [InlineData("all")]
    public void A_listing_of_thresholds_tells_neither_methods_nor_weights(string state)
    {
        var read = Read(state, "Ln-thresholds");
        var expected = ServerDumps.With(Saved(state), s => s, Plain);
        var found = ServerDumps.With(read.Snapshot.Ipvs!, s => s, r => r with { UpperThreshold = 0, LowerThreshold = 0 });
        Assert.Null(ServerDumps.Difference(expected, found));
        Assert.Contains(read.Notes, n => n.Message.Contains("masquerading, weight 1 is assumed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kube")]
    [InlineData("all")]
    public void A_listing_of_persistent_connections_does_not_tell_methods(string state)
    {
        var read = Read(state, "Ln-persistent-conn");
        Assert.Null(ServerDumps.Difference(ServerDumps.With(Saved(state), s => s, r => Plain(r) with { Weight = r.Weight }), read.Snapshot.Ipvs));
        Assert.Contains(read.Notes, n => n.Message.Contains(": masquerading is assumed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kube", "Ln-stats")]
    [InlineData("kube", "Ln-rate-exact")]
    [InlineData("all", "Ln-stats")]
    [InlineData("all", "Ln-rate-exact")]
    public void A_listing_of_traffic_tells_only_who_the_servers_are(string state, string form)
    {
        var read = Read(state, form);
        Assert.Null(ServerDumps.Difference(ServerDumps.With(Saved(state), s => new VirtualServer(s.Key), Plain), read.Snapshot.Ipvs));
        var note = Assert.Single(read.Notes);
        Assert.True(note.MattersToAnswers);
        Assert.Contains("scheduler rr without persistence, masquerading, weight 1 is assumed", note.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Forms_complete_each_other_in_any_order()
    {
        string[] forms = ["Ln-stats", "Ln-thresholds", "Ln-rate-exact", "Ln-nosort", "Ln-persistent-conn", "L", "Lnc", "S", "Ln-tun-info", "Ln", "Sn"];
        var expected = Saved("all");
        var real = expected.Servers.First(s => s.Scheduler == "wrr").RealServers[1];
        foreach (var order in (string[][])[forms, [.. forms.Reverse()], [.. forms.Order(StringComparer.Ordinal)]])
        {
            var texts = order.Select(f => ServerDumps.Text($"all.{f}.txt")).ToArray();
            foreach (var read in new[] { ServerDumps.Read(texts), ServerDumps.Read(string.Concat(texts.Select(t => "root@node:~# ipvsadm -L\n" + t))) })
            {
                var found = read.Snapshot.Ipvs!;
                Assert.Null(ServerDumps.Difference(expected, ServerDumps.With(found, s => s, r => r with { UpperThreshold = 0, LowerThreshold = 0 })));
                Assert.DoesNotContain(read.Notes, n => n.MattersToAnswers && !n.Message.Contains(MaskNote, StringComparison.Ordinal));
                var merged = found.Servers.First(s => s.Scheduler == "wrr").RealServers.First(r => r.Address == real.Address);
                Assert.Equal((100u, 50u), (merged.UpperThreshold, merged.LowerThreshold));
                Assert.Equal(new RealServerCounts(2, 0, 1), merged.Counts);
            }
        }
    }

    [Fact]
    public void The_addresses_of_the_dummy_interface_are_the_nodes_own_though_it_is_down()
    {
        var snapshot = ServerDumps.Read(ServerDumps.Text("kube.ip-addr.txt"), ServerDumps.Text("kube.Sn.txt")).Snapshot;
        var dummy = Assert.Single(snapshot.Interfaces!.Interfaces, i => i.Name == "kube-ipvs0");
        Assert.False(dummy.IsUp);
        Assert.True(snapshot.IsLocal(NetAddress.Parse("10.96.0.10")));
        Assert.True(snapshot.IsLocal(NetAddress.Parse("fd00:10:96::a")));
        Assert.False(snapshot.IsLocal(NetAddress.Parse("10.244.0.2")));
    }

    private static IpvsTable Saved(string state) => Read(state, "Sn").Snapshot.Ipvs!;

    private static RealServer Plain(RealServer real) => new(real.Address, real.Port);

    private static Netfilter.SnapshotReadResult Read(string state, string form) => ServerDumps.Read(ServerDumps.Text($"{state}.{form}.txt"));
}
