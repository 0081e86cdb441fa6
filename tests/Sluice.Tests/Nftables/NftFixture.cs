using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Tests.Nftables;

/// <summary>Reads rulesets of nftables for tests, and says where two of them differ.</summary>
internal static class NftFixture
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "nft");

    public static string Text(string name) => File.ReadAllText(Path.Combine(Folder, name));

    public static SnapshotReadResult Read(string text, string name = "dump") => SnapshotReader.Read([SourceText.Of(name, text)]);

    public static SnapshotReadResult ReadFile(string path) => SnapshotReader.Read([new SourceText(Path.GetFileName(path), File.ReadAllBytes(path))]);

    /// <summary>The first rule of a ruleset.</summary>
    public static Rule Rule(SnapshotReadResult read) => read.Snapshot.Ruleset.Tables.SelectMany(t => t.Chains).SelectMany(c => c.Rules).First();

    /// <summary>Where two rulesets differ; null when they are equal.</summary>
    public static string? Difference(Ruleset left, Ruleset right)
    {
        if (left.Equals(right))
        {
            return null;
        }

        foreach (var (a, b) in left.Tables.Zip(right.Tables))
        {
            if (!a.Equals(b))
            {
                return $"table {a.Name}: {Difference(a, b)}";
            }
        }

        return $"tables {string.Join(',', left.Tables.Select(t => t.Name))} and {string.Join(',', right.Tables.Select(t => t.Name))}";
    }

    /// <summary>A rule's parts, one a line, with what sets of its own hold.</summary>
    public static string Show(Rule rule) => string.Join('\n', rule.Parts.Select(p => $"    {p}"));

    private static string Difference(Table left, Table right)
    {
        foreach (var (a, b) in left.Sets.Zip(right.Sets))
        {
            if (!a.Equals(b))
            {
                var element = a.Elements.Zip(b.Elements).FirstOrDefault(e => !e.First.Equals(e.Second));
                return $"set\n{a}\n{b}\n{element.First}\n{element.Second}";
            }
        }

        foreach (var (a, b) in left.Objects.Zip(right.Objects))
        {
            if (!a.Equals(b))
            {
                return $"object\n{a}\n{b}";
            }
        }

        foreach (var (a, b) in left.Chains.Zip(right.Chains))
        {
            var rule = a.Rules.Zip(b.Rules).FirstOrDefault(r => !r.First.Equals(r.Second));
            if (rule.First is not null)
            {
                return $"chain {a.Name}\n{rule.First.Source.Text}\n{Show(rule.First)}\n{Show(rule.Second)}";
            }

            if (!a.Equals(b))
            {
                return $"chain\n{a} {a.Rules.Count}\n{b} {b.Rules.Count}";
            }
        }

        return $"{left.Sets.Count} and {right.Sets.Count} sets, {left.Objects.Count} and {right.Objects.Count} objects, {left.Chains.Count} and {right.Chains.Count} chains, {left} {right}";
    }
}
