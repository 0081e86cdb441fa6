using System.Text.RegularExpressions;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.KernelTests.Netlink;

/// <summary>Random sets, written to the kernel over netlink and by ipset: the same for ipset, and the same when read over netlink.</summary>
internal static partial class SetComparison
{
    private const int Seed = 20261129;

    /// <summary>Compares some tables of sets of the types that the kernel has; says what was compared.</summary>
    public static string Run(int tables)
    {
        var random = new Random(Seed);
        var types = KnownTypes();
        var entries = 0;
        for (var i = 0; i < tables; i++)
        {
            var table = new RandomSets(random, types).Table();
            Compare(table, $"seed {Seed}, table {i}");
            entries += table.Sets.Sum(s => s.Entries.Count);
        }

        return $"{tables} tables, {entries} entries, types {string.Join(' ', types)}";
    }

    /// <summary>The sets in an order of our own.</summary>
    public static IEnumerable<IpSet> ByName(IpSetTable table) => table.Sets.OrderBy(s => s.Name, StringComparer.Ordinal);

    private static void Compare(IpSetTable table, string place)
    {
        using var ours = IpsetSpace.Open();
        using var theirs = IpsetSpace.Open();
        var text = new StringWriter();
        IpSetWriter.Write(text, table);
        theirs.Restore(text.ToString());
        var refusals = ours.Apply([.. table.Sets.SelectMany(set => set.Entries.Select(e => (IpvsStep)new IpvsStep.AddEntry(set, e)).Prepend(new IpvsStep.CreateSet(set)))]);
        Assert.True(refusals.Count == 0, $"{place}: {string.Join('\n', refusals)}\n{text}");
        Assert.True(Lines(ours.Save()).SequenceEqual(Lines(theirs.Save())), $"{place}\n{ours.Save()}\nis not\n{theirs.Save()}");
        foreach (var space in new[] { ours, theirs })
        {
            var read = space.Read();
            Assert.True(ByName(table).SequenceEqual(ByName(read)), $"{place}\n{text}\nis not what was read:\n{Text(read)}");
        }
    }

    private static List<IpSetType> KnownTypes()
    {
        using var space = IpsetSpace.Open();
        return [.. RandomSets.Types.Where(t => space.Apply(new IpvsStep.CreateSet(RandomSets.Empty(t.ToString(), t))).Count == 0)];
    }

    private static string Text(IpSetTable table)
    {
        var text = new StringWriter();
        IpSetWriter.Write(text, table);
        return text.ToString();
    }

    // How large a hash has grown is chance.
    private static IEnumerable<string> Lines(string saved) => HashSize().Replace(saved, "").Split('\n').Order(StringComparer.Ordinal);

    [GeneratedRegex(" hashsize [0-9]+")]
    private static partial Regex HashSize();
}
