using Sluice.Linux;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Xunit;

namespace Sluice.KernelTests.Netlink;

/// <summary>Whether the live node has the tables of nftables and of iptables, each once.</summary>
public sealed class LiveNodeTests
{
    [Fact]
    public void The_live_node_has_native_tables_and_those_of_iptables_once()
    {
        using var space = new NftSpace("node");
        space.Load(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Netlink", "kinds.nft")));
        space.Namespace.Check("iptables-nft", ["-A", "INPUT", "-p", "tcp", "--dport", "22", "-j", "ACCEPT"]);
        Assert.Null(space.Connection.Read(out var live, out _));
        var node = space.Namespace.Run(LiveNode.Read);
        Assert.Null(node.Problem);
        var read = SnapshotReader.Read(node.Sources);
        Assert.Empty(read.Problems);
        var ruleset = read.Snapshot.Ruleset;
        foreach (var (expected, actual) in live.Tables.Where(t => t.Backend == TableBackend.Nftables).Zip(ruleset.Tables.Where(t => t.Backend == TableBackend.Nftables)))
        {
            Assert.Equal(expected.Sets, actual.Sets);
            Assert.Equal(expected.Chains.SelectMany(c => c.Rules), actual.Chains.SelectMany(c => c.Rules));
            Assert.Equal(expected, actual);
        }

        Assert.Equal(4, ruleset.Tables.Count);
        var filter = Assert.Single(ruleset.Tables, t => t.Name == "filter");
        Assert.Equal(TableBackend.Nft, filter.Backend);
        Assert.Single(ruleset.Find(IPFamily.IPv4, "filter")!.FindChain("INPUT")!.Rules);
    }
}
