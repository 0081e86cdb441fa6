using System.Text;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests.Iptables;

/// <summary>A listing copied by hand, with prompts, remarks, collapsed columns and a cut: what is read of it.</summary>
public class CaseListingTests
{
    private const string Case = "testsvc-nat-listing.txt";

    private static readonly SnapshotReadResult s_read = SnapshotReader.Read([Fixture.Read(Case)]);

    private static Table Nat => Assert.Single(s_read.Snapshot.Ruleset.Tables);

    [Fact]
    public void It_is_the_nat_table_of_IPv4()
    {
        Assert.Empty(s_read.Problems);
        Assert.Equal((TableFamily.IPv4, "nat"), (Nat.Family, Nat.Name));
        Assert.True(Nat.LacksInterfaces);
        Assert.False(Nat.IsTruncated);
    }

    [Fact]
    public void Every_chain_and_rule_of_it_is_read()
    {
        var rules = Nat.Chains.Select(c => $"{c.Name} {c.Rules.Count}");
        Assert.Equal(
            [
                "PREROUTING 1", "OUTPUT 2", "KUBE-SERVICES 3", "KUBE-MARK-MASQ 1", "KUBE-XLB-M42ZCW2EYUCRBVAF 2",
                "KUBE-SVC-M42ZCW2EYUCRBVAF 7", "KUBE-SEP-BVMKBOC4GGNJ3567 2", "KUBE-FW-M42ZCW2EYUCRBVAF 2", "KUBE-MARK-DROP 1",
            ],
            rules);
        Assert.Equal(Hook.Prerouting, Nat.FindChain("PREROUTING")!.Base!.Hook);
        Assert.Equal(Hook.Output, Nat.FindChain("OUTPUT")!.Base!.Hook);
        Assert.DoesNotContain(Nat.Chains.SelectMany(c => c.Rules), r => r.Parts.Any(p => p is UnknownMatch or Verdict.Unknown));
    }

    [Fact]
    public void A_rule_of_it_is_typed_and_knows_its_line()
    {
        var rule = Nat.FindChain("KUBE-SERVICES")!.Rules[0];
        Assert.Equal(
            new EquatableArray<RulePart>(
            [
                new AddressMatch(PacketEnd.Source, Prefix.Parse("172.31.0.0/16"), Inverted: true),
                new AddressMatch(PacketEnd.Destination, Prefix.Parse("172.30.5.207"), Inverted: false),
                ProtocolMatch.Of(L4Protocol.Tcp),
                new CommentMatch("default/testsvc: cluster IP"),
                new TcpMatch { DestinationPorts = new(PortRange.Of(443), Inverted: false) },
                new Verdict.Jump("KUBE-MARK-MASQ"),
            ]),
            rule.Parts);
        Assert.StartsWith("KUBE-MARK-MASQ tcp -- !172.31.0.0/16 172.30.5.207", rule.Source.Text, StringComparison.Ordinal);
        var lines = Encoding.UTF8.GetString(Fixture.Read(Case).Bytes.Span).Split('\n');
        Assert.Equal(rule.Source.Text, lines[rule.Source.Line - 1]);
    }

    [Fact]
    public void The_dots_are_a_gap_in_their_chain()
    {
        var gap = Assert.Single(Nat.FindChain("KUBE-SERVICES")!.Gaps);
        Assert.Equal(2, gap.Before);
        Assert.Equal("......", gap.Source.Text);
        Assert.Empty(Nat.Chains.Where(c => c.Name != "KUBE-SERVICES").SelectMany(c => c.Gaps));
    }

    [Fact]
    public void Of_all_its_remarks_only_the_cut_matters()
    {
        var note = Assert.Single(s_read.Notes, n => n.MattersToAnswers);
        Assert.Equal(ReaderNoteKind.RulesCut, note.Kind);
        Assert.Equal(6, s_read.Notes.Count(n => n.Kind == ReaderNoteKind.Remark));
    }

    [Theory]
    [InlineData("zh")]
    [InlineData("ja")]
    [InlineData("ru")]
    public void In_another_language_it_says_the_same(string language)
    {
        var other = SnapshotReader.Read([Fixture.Read($"testsvc-nat-listing.{language}.txt")]);

        Assert.Equal(s_read.Snapshot.Ruleset, other.Snapshot.Ruleset);
        Assert.Equal(
            s_read.Notes.Where(n => n.MattersToAnswers).Select(n => n.Kind),
            other.Notes.Where(n => n.MattersToAnswers).Select(n => n.Kind));
        var table = Assert.Single(other.Snapshot.Ruleset.Tables);
        Assert.Equal(2, Assert.Single(table.FindChain("KUBE-SERVICES")!.Gaps).Before);
    }
}
