using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.KernelTests.Netlink;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Tests.Planning;
using Xunit;
using static Sluice.KernelTests.Netlink.NftSpace;

namespace Sluice.KernelTests.Planning;

/// <summary>Whether a table that is asked for by keys is read as the same value as one that is read whole.</summary>
public sealed class TableReadingTests(ITestOutputHelper output)
{
    [Fact]
    public void What_is_asked_by_keys_and_what_is_read_whole_lead_to_the_same_changes()
    {
        var (asked, changes) = (0, 0);
        for (var seed = 1; seed <= 40; seed++)
        {
            var cluster = new RandomCluster(seed).Fill(25);
            var layout = new NftablesLayout(new NftablesPlanOptions(cluster.Family) { Counters = seed % 2 == 0 }, cluster.Node);
            using var space = new NftSpace("reading");
            using var second = space.Connect();
            Ok(space.Connection.Create(layout.EmptyTable, NftOwnership.Anybody, out _));
            Load(space, layout, cluster.Intent);
            var hand = new ForeignHand(layout, new Random(seed));
            for (var round = 0; round < 4; round++)
            {
                AddClient(space, cluster.Family, round);
                var byKeys = new NftTableReader([space.Connection, second], cluster.Family) { LargeSet = 1 };
                var whole = new NftTableReader([space.Connection], cluster.Family) { LargeSet = int.MaxValue };
                var expected = Mending(layout, cluster.Intent, Dump(whole, layout));
                var actual = Mending(layout, cluster.Intent, Dump(byKeys, layout));
                Assert.True(expected == actual, $"seed {seed}, round {round}: read whole\n{expected}\nasked by keys\n{actual}");
                changes += expected.Count(c => c == '\n');
                asked += byKeys.Asked;
                Assert.Null(space.Connection.Read(TableFamilies.Of(cluster.Family), NftablesLayout.TableName, withElements: true, out var live, out _));
                space.Commit(hand.Change(live!, 1 + cluster.Next(6)));
                cluster.Change();
            }
        }

        output.WriteLine($"{asked} elements were asked for by keys; {changes} lines of changes and findings were the same");
        Assert.True(asked > 1000, $"{asked} elements were asked for by keys");
    }

    [Fact]
    public void Keys_that_a_set_has_not_are_passed_over()
    {
        using var space = new NftSpace("reading");
        var layout = new SizeClassLayout(IPFamily.IPv4);
        Ok(space.Connection.Create(layout.Table, NftOwnership.Anybody, out _));
        var transaction = layout.Transaction();
        var keys = new List<byte>();
        var random = new Random(20261129);
        var expected = new List<string>();
        for (uint i = 0; i < 3000; i++)
        {
            var element = layout.Endpoint(layout.ClusterIP, 80, i, layout.Pod(1));
            keys.AddRange(element.Key);
            if (random.Next(3) > 0)
            {
                transaction.Elements.Add(element);
                expected.Add(Convert.ToHexStringLower(element.Key));
            }
        }

        space.Commit(transaction);
        var found = new Keys();
        Assert.Null(space.Connection.ReadElements(TableFamilies.Of(IPFamily.IPv4), "sluice", layout.Sets[4], keys.ToArray(), found, out _));
        Assert.Equal(expected, found.Lines);
        var sizes = new Dictionary<string, int>();
        Assert.Null(space.Connection.ReadSetSizes(TableFamilies.Of(IPFamily.IPv4), "sluice", sizes));
        Assert.Equal(expected.Count, sizes.GetValueOrDefault("endpoints", expected.Count));
        output.WriteLine(sizes.Count > 0 ? "the kernel tells how many elements a set has" : "this kernel does not tell how many elements a set has");
    }

    private static void Load(NftSpace space, NftablesLayout layout, ServiceIntent intent)
    {
        var dump = NftablesDump.OfNewTable(layout);
        var comparison = new NftablesComparison(NftablesTable.Of(layout, intent, dump), dump);
        for (var change = new NftablesChange(layout); comparison.Next(change); change.Clear())
        {
            foreach (var transaction in change.Transactions)
            {
                space.Commit(transaction);
            }
        }
    }

    // Clients come and go while a table is read: what is remembered of them does not count.
    private static void AddClient(NftSpace space, IPFamily family, int client)
    {
        var (table, ip) = family == IPFamily.IPv4 ? ("ip", "10.9.9.") : ("ip6", "fd00::9");
        space.Load($"add element {table} sluice affinity {{ {ip}{client} . {ip}1 . tcp . 80 timeout 20ms : {ip}2 . 8080 }}");
    }

    private static NftablesDump Dump(NftTableReader reader, NftablesLayout layout) =>
        Assert.IsType<NftTableContent.Found>(reader.Read(layout)).Dump;

    private static string Mending(NftablesLayout layout, ServiceIntent intent, NftablesDump dump)
    {
        var comparison = new NftablesComparison(NftablesTable.Of(layout, intent, dump), dump);
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        for (var change = new NftablesChange(layout); comparison.Next(change); change.Clear())
        {
            foreach (var transaction in change.Transactions)
            {
                lines.UnionWith(transaction.NewChains.Concat(transaction.RewrittenChains).Select(c => $"chain {c.Name}"));
                lines.UnionWith(transaction.OldChains.Select(c => $"no chain {c}"));
                foreach (var element in transaction.Elements)
                {
                    lines.Add($"{(element.IsDelete ? '-' : '+')} {element.Set} {Convert.ToHexStringLower(element.Key)} {Convert.ToHexStringLower(element.Data)} {element.Goto} {element.Drops} {element.Comment}");
                }
            }
        }

        return string.Join('\n', lines.Concat(comparison.Findings));
    }

    private sealed class Keys : INftElementReceiver
    {
        public List<string> Lines { get; } = [];

        public void Begin() => Lines.Clear();

        public void Take(in NftElement element) => Lines.Add(Convert.ToHexStringLower(element.Key));
    }
}
