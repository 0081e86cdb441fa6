using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests.Nftables;

/// <summary>What people write for nft, besides what it lists.</summary>
public sealed class NftTextReaderTests
{
    [Fact]
    public void Commands_build_the_same_table_as_its_listing()
    {
        var commands = NftFixture.Read("""
            add table inet fw
            add chain inet fw in { type filter hook input priority 0 ; policy drop ; }
            add set inet fw ports { type inet_service; flags interval; }
            add element inet fw ports { 22, 8000-8999 }
            add rule inet fw in tcp dport @ports accept
            insert rule inet fw in ct state established,related accept
            """);
        var listing = NftFixture.Read("""
            table inet fw {
                set ports {
                    type inet_service
                    flags interval
                    elements = { 22, 8000-8999 }
                }
                chain in {
                    type filter hook input priority filter; policy drop;
                    ct state established,related accept # handle 5
                    tcp dport @ports accept # handle 4
                }
            }
            """);
        Assert.Empty(commands.Notes);
        Assert.Null(NftFixture.Difference(commands.Snapshot.Ruleset, listing.Snapshot.Ruleset));
    }

    [Fact]
    public void Commands_for_a_shell_are_read_without_its_quotes()
    {
        var read = NftFixture.Read("""
            nft add table ip t
            nft 'add chain ip t c { type nat hook prerouting priority dstnat - 10; }'
            nft add rule ip t c tcp dport \{ 80, 443 \} dnat to 10.0.0.1
            """);
        var chain = read.Snapshot.Ruleset.Tables.Single().Chains.Single();
        Assert.Equal(new BaseChain(ChainType.Nat, Hook.Prerouting, -110, ChainPolicy.Accept), chain.Base);
        Assert.IsType<Verdict.Translate>(chain.Rules.Single().Verdict);
        Assert.Empty(read.Notes);
    }

    [Fact]
    public void Variables_stand_for_what_they_were_defined_as()
    {
        var read = NftFixture.Read("""
            define lan = { 10.0.0.0/8, 192.168.0.0/16 }
            define port = 8080
            table ip t {
                chain c {
                    ip saddr $lan tcp dport $port drop
                }
            }
            """);
        var plain = NftFixture.Read("table ip t {\nchain c {\nip saddr { 10.0.0.0/8, 192.168.0.0/16 } tcp dport 8080 drop\n}\n}\n");
        Assert.Equal(NftFixture.Rule(plain), NftFixture.Rule(read));
    }

    [Fact]
    public void What_means_the_same_is_the_same_value()
    {
        string[] same =
        [
            "ip saddr 10.0.0.0/8", "ip saddr & 255.0.0.0 == 10.0.0.0", "ip saddr 10.0.0.0-10.255.255.255", "ip saddr and 255.0.0.0 == 10.0.0.0",
        ];
        Assert.Single(same.Select(RuleOf).Distinct());
        string[] marks = ["meta mark set mark or 0x4000", "meta mark set meta mark | 0x4000", "meta mark set meta mark & 0xffffbfff | 0x4000", "meta mark set meta mark & 0xffffbfff ^ 0x4000"];
        Assert.Single(marks.Select(RuleOf).Distinct());
        Assert.Equal(RuleOf("tcp flags & (syn | ack) != 0"), RuleOf("tcp flags syn,ack"));
        Assert.Equal(RuleOf("tcp dport < 1024"), RuleOf("tcp dport 0-1023"));
        Assert.Equal(RuleOf("tcp dport http"), RuleOf("tcp dport 80"));
    }

    [Fact]
    public void What_is_not_known_is_kept_to_the_end_of_its_rule_and_said()
    {
        var read = NftFixture.Read("table ip t {\nchain c {\nip saddr 1.2.3.4 frobnicate { a, b } accept\ndrop\n}\n}\n");
        var rules = read.Snapshot.Ruleset.Tables.Single().Chains.Single().Rules;
        Assert.Equal(new Verdict.Unknown("frobnicate", "{ a, b } accept"), rules[0].Verdict);
        Assert.Equal(Verdict.Drop.Instance, rules[1].Verdict);
        Assert.Equal(ReaderNoteKind.NotUnderstood, Assert.Single(read.Notes).Kind);
    }

    [Fact]
    public void Elements_are_in_the_order_of_their_keys()
    {
        var read = NftFixture.Read("table ip t {\nset s {\ntype ipv4_addr\nelements = { 10.0.0.9, 10.0.0.1,\n 9.0.0.1 }\n}\n}\n");
        var set = read.Snapshot.Ruleset.Tables.Single().FindSet("s");
        Assert.Equal(["9.0.0.1", "10.0.0.1", "10.0.0.9"], set!.Elements.Select(e => $"{e.First.ToAddress()}"));
        Assert.Equal(NftType.IPv4Address, set.Key.Parts.Single());
    }

    private static Rule RuleOf(string text) => NftFixture.Rule(NftFixture.Read($"table ip t {{\nchain c {{\n{text}\n}}\n}}\n"));
}
