using Sluice.Net;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests.Ipsets;

/// <summary>The same sets in every form that ipset prints are the same value. The dumps are real ones of two kernels.</summary>
public sealed class IpSetFormTests
{
    [Theory]
    [InlineData("kube", "list.txt")]
    [InlineData("kube", "sorted.txt")]
    [InlineData("kube", "list.xml")]
    [InlineData("kube", "save.xml")]
    [InlineData("all", "list.txt")]
    [InlineData("all", "sorted.txt")]
    [InlineData("all", "list.xml")]
    [InlineData("all", "save.xml")]
    [InlineData("new", "list.txt")]
    [InlineData("new", "list.xml")]
    public void Every_form_reads_as_the_same_sets(string state, string form)
    {
        var saved = SetDumps.Read(SetDumps.Text($"{state}.save.txt"));
        var read = SetDumps.Read(SetDumps.Text($"{state}.{form}"));
        Assert.Empty(saved.Notes);
        Assert.Empty(read.Notes);
        Assert.Null(SetDumps.Difference(saved.Snapshot.Ipsets!, read.Snapshot.Ipsets));
    }

    [Theory]
    [InlineData("kube.terse.txt")]
    [InlineData("kube.terse.xml")]
    public void A_terse_listing_says_that_entries_are_missing(string form)
    {
        var read = SetDumps.Read(SetDumps.Text(form));
        var note = Assert.Single(read.Notes);
        Assert.Equal(ReaderNoteKind.RulesCut, note.Kind);
        Assert.Matches("^set KUBE-CLUSTER-IP and [0-9]+ more are shown without entries", note.Message);
        Assert.True(read.Snapshot.Ipsets!.Find("KUBE-CLUSTER-IP")!.LacksEntries);
        Assert.False(read.Snapshot.Ipsets.Find("KUBE-EXTERNAL-IP")!.LacksEntries, "an empty set is shown whole even so");
    }

    [Fact]
    public void What_is_shown_whole_anywhere_counts_wherever_it_stands()
    {
        var saved = SetDumps.Read(SetDumps.Text("kube.save.txt")).Snapshot.Ipsets!;
        string[] forms = ["kube.terse.txt", "kube.list.xml", "kube.list.txt", "kube.save.txt"];
        foreach (var order in (string[][])[forms, [.. forms.Reverse()]])
        {
            var apart = SetDumps.Read([.. order.Select(SetDumps.Text)]);
            var together = SetDumps.Read(string.Concat(order.Select(f => $"root@node:~# ipset list\n{SetDumps.Text(f)}\n")));
            Assert.Empty(apart.Notes);
            Assert.DoesNotContain(together.Notes, n => n.MattersToAnswers);
            Assert.Null(SetDumps.Difference(saved, apart.Snapshot.Ipsets));
            Assert.Null(SetDumps.Difference(saved, together.Snapshot.Ipsets));
        }
    }

    [Fact]
    public void Sets_stand_between_rules_routes_and_addresses()
    {
        var read = SetDumps.Read(string.Join(
            '\n',
            Rules("kube-proxy.save.txt"),
            SetDumps.Text("kube.list.txt"),
            Rules("node.ip.txt"),
            "# iptables -t nat -nL",
            Rules("testsvc-nat-listing.txt"),
            SetDumps.Text("all.save.txt"),
            "table inet t {\n\tchain c {\n\t\taccept\n\t}\n}"));
        var alone = SetDumps.Read(SetDumps.Text("kube.save.txt"), SetDumps.Text("all.save.txt")).Snapshot.Ipsets!;
        Assert.Null(SetDumps.Difference(alone, read.Snapshot.Ipsets));
        Assert.NotNull(read.Snapshot.Interfaces);
        Assert.NotNull(read.Snapshot.Routing);
        Assert.NotNull(read.Snapshot.Ruleset.FindNative(Netfilter.Rules.TableFamily.Inet, "t"));
        Assert.Equal(3, read.Snapshot.Ruleset.Of(IPFamily.IPv4).Count(t => t.Name is "nat" or "filter" or "mangle"));
    }

    [Fact]
    public void Each_set_knows_its_line()
    {
        var table = SetDumps.Read(SetDumps.Text("kube.save.txt")).Snapshot.Ipsets!;
        Assert.Equal("dump:1", table.Sets[0].Source.ToString());
        Assert.Equal("dump:9", table.Find("KUBE-LOOP-BACK")!.Source.ToString());
    }

    [Theory]
    [InlineData("all.list.txt")]
    [InlineData("all.save.txt")]
    [InlineData("all.list.xml")]
    [InlineData("kube.terse.txt")]
    public void A_line_that_is_spoilt_is_noted(string form)
    {
        var lines = SetDumps.Text(form).Split('\n');
        foreach (var line in Enumerable.Range(0, lines.Length).Where(i => lines[i].Length > 0))
        {
            var read = SetDumps.Read(string.Join('\n', lines.Select((l, i) => i == line ? "%% spoilt" : l)));
            Assert.Contains(read.Notes, n => n.Source.Line == line + 1);
        }
    }

    [Theory]
    [InlineData("all.list.txt", "Name: ")]
    [InlineData("all.list.xml", "<ipset name=")]
    public void A_listing_that_is_cut_before_the_last_entry_of_a_set_says_so(string form, string head)
    {
        var whole = SetDumps.Read(SetDumps.Text(form)).Snapshot.Ipsets!;
        var lines = SetDumps.Text(form).Split('\n');

        // Of a set of which only the name is left nothing is known; and entries that expire may go while they are listed.
        foreach (var end in Enumerable.Range(1, lines.Length - 1).Where(e => !lines[e - 1].StartsWith(head, StringComparison.Ordinal)))
        {
            var read = SetDumps.Read(string.Join('\n', lines.Take(end)) + "\n");
            var set = read.Snapshot.Ipsets?.Sets.LastOrDefault();
            var known = set is null ? null : whole.Find(set.Name)!;
            Assert.True(
                set is null || set.Entries.Count == known!.Entries.Count || known.Timeout is not null || (set.LacksEntries && read.Notes.Count == 1),
                $"cut before line {end + 1}: {lines[end]}");
        }
    }

    private static string Rules(string name) => System.Text.Encoding.UTF8.GetString(Fixture.Read(name).Bytes.Span);
}
