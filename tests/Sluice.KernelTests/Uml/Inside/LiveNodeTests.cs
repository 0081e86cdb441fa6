using Sluice.KernelTests.Netlink;
using Sluice.Linux;
using Sluice.Netfilter;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>Whether the live node has the sets and virtual servers that the kernel has.</summary>
public sealed class LiveNodeTests(ITestOutputHelper output)
{
    [UmlFact]
    public void The_live_node_has_the_sets_and_virtual_servers_of_the_kernel()
    {
        const int Seed = 20261129;
        var random = new Random(Seed);
        for (var i = 0; i < 5; i++)
        {
            using var space = new IpvsSpace();
            var servers = new RandomServers(random).Table();
            var sets = new RandomSets(random, RandomSets.Types).Table();
            _ = space.Apply([
                .. servers.Servers.Select(s => new IpvsStep.AddServer(s)),
                .. servers.Servers.SelectMany(s => s.RealServers.Select(r => new IpvsStep.AddReal(s.Key, r))),
                .. sets.Sets.Select(s => new IpvsStep.CreateSet(s)),
                .. sets.Sets.SelectMany(s => s.Entries.Select(e => new IpvsStep.AddEntry(s, e))),
            ]);

            var node = space.Namespace.Run(LiveNode.Read);
            Assert.Null(node.Problem);
            var read = SnapshotReader.Read(node.Sources);
            var text = string.Join('\n', node.Sources.Select(s => $"# {s.Name}\n{System.Text.Encoding.UTF8.GetString(s.Bytes.Span)}"));
            Assert.True(read.Problems.Count == 0, $"seed {Seed}, node {i}: {string.Join('\n', read.Problems)}\n{text}");
            Assert.True(IpvsSpace.Ordered(servers).SequenceEqual(IpvsSpace.Ordered(read.Snapshot.Ipvs!)), $"seed {Seed}, node {i}\n{text}");
            Assert.True(SetComparison.ByName(sets).SequenceEqual(SetComparison.ByName(read.Snapshot.Ipsets!)), $"seed {Seed}, node {i}\n{text}");
            output.WriteLine($"{servers.Servers.Count} virtual servers, {sets.Sets.Count} sets");
        }
    }
}
