using Sluice.Netfilter;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Text;

namespace Sluice.Tests.Ipsets;

/// <summary>Reads dumps of ipset for tests, and says where two of them differ.</summary>
internal static class SetDumps
{
    public static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "ipset", name));

    public static SnapshotReadResult Read(params string[] texts) =>
        SnapshotReader.Read(texts.Select((t, i) => SourceText.Of(texts.Length == 1 ? "dump" : $"dump{i + 1}", t)));

    public static string Write(IpSetTable table)
    {
        using var text = new StringWriter();
        IpSetWriter.Write(text, table);
        return text.ToString();
    }

    /// <summary>An entry as ipset saves it.</summary>
    public static string Line(IpSet set, IpSetEntry entry) => Write(new IpSetTable([set with { Entries = [entry] }])).Split('\n')[1];

    /// <summary>Where two tables differ, whatever the order of their sets; null when nowhere.</summary>
    public static string? Difference(IpSetTable expected, IpSetTable? found)
    {
        foreach (var set in expected.Sets.ToList())
        {
            if (found?.Find(set.Name) is not { } other)
            {
                return $"set {set.Name} is missing";
            }

            if (!set.HasSameShape(other) || set.LacksEntries != other.LacksEntries)
            {
                return $"set {set.Name}\n{set}\n{other}";
            }

            if (!set.Equals(other))
            {
                var missing = set.Entries.Except(other.Entries).Select(e => $"- {Line(set, e)}").Take(3);
                var extra = other.Entries.Except(set.Entries).Select(e => $"+ {Line(set, e)}").Take(3);
                return $"set {set.Name}, {set.Type}: {set.Entries.Count} and {other.Entries.Count} entries\n{string.Join('\n', missing.Concat(extra))}";
            }
        }

        return found!.Sets.Count == expected.Sets.Count ? null : $"{expected.Sets.Count} and {found.Sets.Count} sets";
    }
}
