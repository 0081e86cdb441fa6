using Sluice.KernelTests.Forms;
using Sluice.KernelTests.Generation;
using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.KernelTests;

/// <summary>
/// The same rules in every form the tools print read as the same ruleset, as far as the form holds it: real rulesets and random
/// ones are loaded into the kernel and dumped in all forms. SLUICE_FORMS is the number of random rulesets per family and variant.
/// </summary>
public sealed class ListingTests(ITestOutputHelper output)
{
    private static readonly int s_random = int.TryParse(Environment.GetEnvironmentVariable("SLUICE_FORMS"), out var n) ? n : 10;

    [Theory]
    [InlineData(LabVariant.Nft)]
    [InlineData(LabVariant.Legacy)]
    public void All_forms_read_as_the_same_ruleset(LabVariant variant)
    {
        if (LabProbe.Unavailable(variant) is { } reason)
        {
            Assert.Skip(reason);
        }

        var differences = new List<string>();
        int sources = 0, forms = 0;
        foreach (var source in FormSource.All(s_random, seed: 4000))
        {
            using var space = new NetworkNamespace("forms");
            space.Execute("ipset", ["restore"], RulesetGenerator.SetCommands + FixtureSets);
            var restored = space.Execute(LabPrograms.Name(source.Family, variant, "restore"), [], source.Text);
            if (restored.ExitCode != 0)
            {
                output.WriteLine($"skipped: {source.Name} ({source.Family}) cannot be loaded with {variant}: {restored.Error.Trim()}");
                continue;
            }

            sources++;
            forms += Compare(source, new DumpForms(space, source.Family, variant), differences);
        }

        output.WriteLine($"{variant}: {forms} dumps of {sources} rulesets compared, {differences.Count} differences");
        if (FormSource.Missing is { } missing)
        {
            output.WriteLine(missing);
        }

        Assert.True(sources > 5, "hardly any ruleset could be loaded");
        Assert.True(differences.Count == 0, string.Join('\n', differences.DistinctBy(d => d[(d.IndexOf('\n', StringComparison.Ordinal) + 1)..d.LastIndexOf('\n')]).Take(40)));
    }

    // The sets that kube-router's rules ask for.
    private const string FixtureSets = """
        create KUBE-SRC-TQUERDWEPSY4 hash:ip family inet
        create KUBE-DST-DEAF3XKUBGX2 hash:ip family inet

        """;

    private static int Compare(FormSource source, DumpForms dumps, List<string> differences)
    {
        var expected = Read(dumps.Save()).Snapshot.Ruleset;
        var count = 0;
        foreach (var form in dumps.All([.. expected.Tables.Select(t => t.Name)]))
        {
            count++;
            var read = Read(form.Text);
            var where = $"{source.Name} ({source.Family}), {form.Name}";
            differences.AddRange(read.Problems.Select(p => $"{where}:\n{p}\n"));
            differences.AddRange(read.Notes.Where(n => n.Kind is not (ReaderNoteKind.NotUnderstood or ReaderNoteKind.Remark)).Select(n => $"{where}:\n{n}\n"));
            differences.AddRange(Differences(expected, read.Snapshot.Ruleset, form).Select(d => $"{where}: {d}"));
        }

        return count;
    }

    private static SnapshotReadResult Read(string text) => SnapshotReader.Read([SourceText.Of("dump", text)]);

    private static IEnumerable<string> Differences(Ruleset expected, Ruleset found, DumpForm form)
    {
        foreach (var table in expected.Tables.ToList())
        {
            if (found.Find(table.Family, table.Name) is not { } other)
            {
                yield return $"\nthere is no table {table.Family} {table.Name}\n";
                continue;
            }

            foreach (var chain in table.Chains.ToList())
            {
                var rules = other.FindChain(chain.Name);
                if (rules is null || rules.Base?.Policy != chain.Base?.Policy || rules.Rules.Count != chain.Rules.Count || rules.Gaps.Count > 0)
                {
                    yield return $"\n{table.Name} {chain.Name}: {rules?.Base?.Policy} {rules?.Rules.Count} rules, {rules?.Gaps.Count} gaps; {chain.Base?.Policy} {chain.Rules.Count} rules\n";
                    continue;
                }

                for (var i = 0; i < chain.Rules.Count; i++)
                {
                    var (one, two) = (Visible(chain.Rules[i], form), Visible(rules.Rules[i], form));
                    if (one != two)
                    {
                        yield return $"{table.Name} {chain.Name} {i + 1}:\n    {one}\n    {two}\n    {rules.Rules[i].Source.Text}";
                    }
                }
            }

            if (other.Chains.Count != table.Chains.Count)
            {
                yield return $"\n{table.Name} has {other.Chains.Count} chains, not {table.Chains.Count}\n";
            }
        }
    }

    // What the form can show of a rule, as iptables-save would print it.
    private static string Visible(Rule rule, DumpForm form)
    {
        var text = RestoreWriter.Write(rule with { Parts = rule.Parts.Where(p => form.HasInterfaces || p is not InterfaceMatch).ToEquatableArray() });
        return form.IsCollapsed ? string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Replace("\" ", "\"", StringComparison.Ordinal).Replace(" \"", "\"", StringComparison.Ordinal) : text;
    }
}
