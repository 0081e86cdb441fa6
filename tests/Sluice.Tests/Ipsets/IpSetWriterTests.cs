using Sluice.Netfilter.Ipsets;
using Xunit;

namespace Sluice.Tests.Ipsets;

/// <summary>What the writer writes is what ipset prints, and reads back as the same value.</summary>
public sealed class IpSetWriterTests(ITestOutputHelper output)
{
    [Fact]
    public void Random_sets_of_every_type_read_back_as_the_same_value()
    {
        int sets = 0, entries = 0;
        for (var seed = 1; seed <= 500; seed++)
        {
            var table = new RandomIpSets(seed).Make(RandomIpSets.TypeNames);
            var text = SetDumps.Write(table);
            var read = SetDumps.Read(text);
            Assert.True(read.Notes.Count == 0, $"seed {seed}: {string.Join('\n', read.Notes)}");
            Assert.True(SetDumps.Difference(table, read.Snapshot.Ipsets) is null, $"seed {seed}: {SetDumps.Difference(table, read.Snapshot.Ipsets)}\n{text}");
            AssertSame(table, read.Snapshot.Ipsets!, seed);
            sets += table.Sets.Count;
            entries += table.Sets.Sum(s => s.Entries.Count);
        }

        output.WriteLine($"{sets} sets with {entries} entries");
    }

    [Theory]
    [InlineData("kube.save.txt")]
    [InlineData("all.save.txt")]
    [InlineData("new.save.txt")]
    public void A_dump_is_written_as_ipset_printed_it(string name)
    {
        var text = SetDumps.Text(name);
        Assert.Equal(text.Replace(" markmask 0xffffffff", "", StringComparison.Ordinal), SetDumps.Write(SetDumps.Read(text).Snapshot.Ipsets!));
    }

    [Fact]
    public void What_would_end_a_comment_is_not_written()
    {
        var set = new IpSet("x", IpSetType.HashIP) { Family = Sluice.Net.IPFamily.IPv4, HasComments = true };
        var entry = new IpSetEntry([new IpSetValue.Network(Sluice.Net.Prefix.Parse("10.0.0.1"))]);
        var text = SetDumps.Write(new IpSetTable([set with { Entries = [entry with { Comment = "say \"no\"\nflush" }] }]));
        Assert.Equal("create x hash:ip family inet comment\nadd x 10.0.0.1 comment \"say 'no' flush\"\n", text);
    }

    // Equality leaves out what is counted, how long an entry still lives and how large the hash is: text has them all the same.
    private static void AssertSame(IpSetTable expected, IpSetTable found, int seed)
    {
        foreach (var set in expected.Sets.ToList())
        {
            var other = found.Find(set.Name)!;
            Assert.True(
                (set.HashSize, set.MaxEntries, set.BucketSize, set.InitialValue) == (other.HashSize, other.MaxEntries, other.BucketSize, other.InitialValue),
                $"seed {seed}: {set} {other}");
            Assert.Equal(set.Entries.Select(e => (e.Timeout, e.Counters)), other.Entries.Select(e => (e.Timeout, e.Counters)));
        }
    }
}
