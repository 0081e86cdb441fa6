using Sluice.KernelTests.Generation.Nft;
using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.KernelTests.Agreement;

/// <summary>Tries generated rulesets of nftables in one lab.</summary>
internal sealed class NftAgreementRun(KernelLab lab, LabNode node, IPFamily family, AgreementTally tally)
{
    public void Try(int seed)
    {
        var example = NftRulesetGenerator.Generate(family, seed);
        lab.LoadNative(example.Text);
        var listing = lab.ListNative(asJson: false);
        var ruleset = Read(listing);
        var fromJson = Read(lab.ListNative(asJson: true));
        if (!ruleset.Equals(fromJson))
        {
            tally.Complain($"seed {seed}: text and JSON of one ruleset differ\n{Differences(ruleset, fromJson)}\nlisting:\n{listing}");
        }

        var hasUntracked = example.Text.Contains("notrack", StringComparison.Ordinal);
        tally.Try(seed, example.Text, node.With(ruleset), hasUntracked, example.Packets);
    }

    private static Ruleset Read(string text) => SnapshotReader.Read([SourceText.Of("rules", text)]).Snapshot.Ruleset;

    // The first rule or set that was read in two ways.
    private static string Differences(Ruleset text, Ruleset json)
    {
        foreach (var (a, b) in text.Tables.Zip(json.Tables))
        {
            foreach (var (one, other) in a.Chains.Zip(b.Chains))
            {
                if (one.Rules.Zip(other.Rules).FirstOrDefault(p => !p.First.Equals(p.Second)) is { First: { } rule, Second: { } second })
                {
                    return $"{a.Name} {one.Name}:\n  text {Show(rule)}\n  JSON {Show(second)}";
                }

                if (!one.Equals(other))
                {
                    return $"{a.Name} {one.Name}: {one.Base} and {other.Base}, {one.Rules.Count} and {other.Rules.Count} rules";
                }
            }

            if (a.Sets.Zip(b.Sets).FirstOrDefault(p => !p.First.Equals(p.Second)) is { First: { } set, Second: { } otherSet })
            {
                return $"{a.Name}:\n  text {set} [{string.Join(", ", set.Elements)}]\n  JSON {otherSet} [{string.Join(", ", otherSet.Elements)}]";
            }
        }

        return $"{text.Tables.Count} and {json.Tables.Count} tables";
    }

    private static string Show(Rule rule) => string.Join(" | ", rule.Parts);
}
