using System.Text;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;
using Sluice.Tests.Conformance;
using Xunit;
using static Sluice.KernelTests.Netlink.NftSpace;

namespace Sluice.KernelTests.Netlink;

/// <summary>Whether a kernel read over netlink is the same value as what nft lists of it.</summary>
public sealed class LiveRulesetTests
{
    [Fact]
    public void Rules_of_all_kinds_are_the_same_value_as_nft_lists() => Compare(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Netlink", "kinds.nft")));

    [Fact]
    public void A_table_that_is_switched_off_is_known_to_be()
    {
        // nft 1.0.6 breaks off its JSON at such a table: here only its text is compared.
        using var space = new NftSpace("live");
        space.Load("table inet off { flags dormant; chain c { type filter hook input priority 0; drop; }; }");
        Assert.Null(space.Connection.Read(TableFamily.Inet, "off", withElements: true, out var table, out _));
        Assert.True(table!.IsDormant);
        Assert.Equal([table], Listed(space, ["list", "ruleset"]).Tables);
        Assert.Null(space.Connection.Read(TableFamily.IPv4, "off", withElements: true, out table, out _));
        Assert.Null(table);
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void What_we_write_is_what_we_read(IPFamily family)
    {
        using var space = new NftSpace("live");
        var layout = new SizeClassLayout(family);
        Ok(space.Connection.Create(layout.Table, NftOwnership.Anybody, out _));
        Assert.Null(space.Connection.Read(out var live, out _));
        Same(Listed(space, ["list", "ruleset"]), live, space.List());
        Assert.Equal("rules of Sluice", live.Tables[0].Comment);
    }

    [Fact]
    public void The_rules_of_kube_proxy_are_the_same_value_as_nft_lists()
    {
        if (KubeProxyFlow.FindFolder("nftables") is not { } root)
        {
            Assert.Skip("kube-proxy's flow tables (shared/conformance/kube-proxy-flows) are not beside the checkout");
            return;
        }

        var folders = Directory.GetDirectories(root);
        Assert.Equal(43, folders.Length);
        foreach (var folder in folders)
        {
            Compare(File.ReadAllText(Path.Combine(folder, "rules.nft-list.txt")));
        }
    }

    private static void Compare(string text)
    {
        using var space = new NftSpace("live");
        space.Load(text);
        Assert.Null(space.Connection.Read(out var live, out var generation));
        Assert.Equal(space.Connection.ReadGeneration(), generation);
        Same(Listed(space, ["list", "ruleset"]), live, space.List());
        Same(Listed(space, ["-j", "list", "ruleset"]), live, space.List());
    }

    private static Ruleset Listed(NftSpace space, string[] arguments)
    {
        var text = space.Namespace.Check("nft", arguments);
        var result = SnapshotReader.Read([new SourceText("nft", Encoding.UTF8.GetBytes(text))]);
        Assert.Empty(result.Problems);
        return result.Snapshot.Ruleset;
    }

    private static void Same(Ruleset listed, Ruleset live, string text)
    {
        var differences = new StringBuilder();
        Assert.Equal(listed.Tables.Select(t => (t.Family, t.Name, t.Backend)), live.Tables.Select(t => (t.Family, t.Name, t.Backend)));
        foreach (var (expected, actual) in listed.Tables.Zip(live.Tables))
        {
            Differ($"{expected.Name} objects", expected.Objects, actual.Objects);
            Differ($"{expected.Name} sets", expected.Sets, actual.Sets);
            foreach (var (chain, found) in expected.Chains.Zip(actual.Chains))
            {
                Differ($"{expected.Name} {chain.Name} rules", chain.Rules, found.Rules);
                Differ($"{expected.Name} chains", [chain with { Rules = default }], [found with { Rules = default }]);
                Differ($"{expected.Name} {chain.Name} counters", [.. chain.Rules.Select(r => r.Counters)], [.. found.Rules.Select(r => r.Counters)]);
            }
        }

        Assert.True(differences.Length == 0, $"{differences}\n{text}");
        Assert.Equal(listed, live);

        void Differ<T>(string what, EquatableArray<T> expected, EquatableArray<T> actual)
        {
            if (expected.Count != actual.Count)
            {
                differences.AppendLine($"{what}: {expected.Count} listed, {actual.Count} live");
            }

            foreach (var (one, other) in expected.Zip(actual).Where(p => !Equals(p.First, p.Second)))
            {
                differences.AppendLine($"{what}:\n  listed {Text(one)}\n  live   {Text(other)}");
            }
        }
    }

    private static string Text(object? value) => value switch
    {
        Rule rule => string.Join(" | ", rule.Parts),
        Netfilter.Rules.Sets.NftSet set => $"{set}: {string.Join(", ", set.Elements)}",
        _ => $"{value}",
    };
}
