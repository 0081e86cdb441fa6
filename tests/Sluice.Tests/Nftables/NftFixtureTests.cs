using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests.Nftables;

/// <summary>Rulesets of programs that write nftables, loaded into a kernel and listed by nft as text and as JSON.</summary>
public sealed class NftFixtureTests
{
    [Theory]
    [InlineData("kube-proxy", 40)]
    [InlineData("kube-proxy-later", 20)]
    [InlineData("flannel", 8)]
    [InlineData("docker", 15)]
    [InlineData("firewalld", 40)]
    [InlineData("sluice", 25)]
    public void A_ruleset_reads_from_text_and_from_json_to_the_same_value_and_is_understood(string name, int rules)
    {
        var text = NftFixture.ReadFile(Path.Combine(NftFixture.Folder, $"{name}.nft.txt"));
        var json = NftFixture.ReadFile(Path.Combine(NftFixture.Folder, $"{name}.nft.json"));
        Assert.DoesNotContain(text.Notes.Concat(json.Notes), n => n.Kind != ReaderNoteKind.Remark);
        var difference = NftFixture.Difference(text.Snapshot.Ruleset, json.Snapshot.Ruleset);
        Assert.True(difference is null, difference);
        var table = Assert.Single(text.Snapshot.Ruleset.Tables);
        Assert.Equal(TableBackend.Nftables, table.Backend);
        var count = table.Chains.Sum(c => c.Rules.Count);
        Assert.True(count >= rules, $"{count} rules");
    }

    [Theory]
    [InlineData("list.txt")]
    [InlineData("list.json")]
    public void Tables_of_iptables_nft_are_recognised_in_a_listing_of_nft(string name)
    {
        var read = NftFixture.ReadFile(Path.Combine(NftFixture.Folder, "compat", name));
        Assert.Equal(4, read.Snapshot.Ruleset.Tables.Count);
        Assert.All(read.Snapshot.Ruleset.Tables, t => Assert.Equal(TableBackend.Nft, t.Backend));
        Assert.Equal(4, read.Notes.Count(n => n.Message.Contains("only in part", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("list.txt", "save.txt")]
    [InlineData("save.txt", "list.json")]
    public void A_table_that_both_tools_show_is_read_once_from_iptables_save(string first, string second)
    {
        var read = SnapshotReader.Read(new[] { first, second }
            .Select(n => new SourceText(n, File.ReadAllBytes(Path.Combine(NftFixture.Folder, "compat", n)))));
        Assert.Equal(4, read.Snapshot.Ruleset.Tables.Count);
        Assert.All(read.Snapshot.Ruleset.Tables, t => Assert.Equal("save.txt", t.Source.Source?.Name));
        Assert.Equal(4, read.Notes.Count(n => n.Message.Contains("read from there", StringComparison.Ordinal)));
        Assert.DoesNotContain(read.Notes, n => n.MattersToAnswers);
    }

    [Fact]
    public void One_file_may_hold_rules_of_both_kinds_and_addresses()
    {
        var bundle = string.Join('\n', NftFixture.Text("flannel.nft.txt"), File.ReadAllText(Path.Combine(Fixture.Folder, "docker.save.txt")), File.ReadAllText(Path.Combine(Fixture.Folder, "node.ip.txt")), NftFixture.Text("firewalld.nft.json"));
        var read = NftFixture.Read(bundle);
        Assert.NotNull(read.Snapshot.Interfaces);
        Assert.NotNull(read.Snapshot.Ruleset.FindNative(TableFamily.IPv4, "flannel-ipv4"));
        Assert.NotNull(read.Snapshot.Ruleset.FindNative(TableFamily.Inet, "firewalld"));
        Assert.NotNull(read.Snapshot.Ruleset.Find(IPFamily.IPv4, "nat"));
    }

    [Theory]
    [InlineData("docker.nft.txt")]
    [InlineData("docker.nft.json")]
    public void A_listing_that_is_cut_says_so_wherever_it_is_cut(string name)
    {
        var text = NftFixture.Text(name);
        for (var length = text.Length / 3; length < text.Length - 10; length += 97)
        {
            var read = NftFixture.Read(text[..length]);
            Assert.Contains(read.Notes, n => n.Kind == ReaderNoteKind.Truncated);
            Assert.True(Assert.Single(read.Snapshot.Ruleset.Tables).IsTruncated);
        }
    }
}
