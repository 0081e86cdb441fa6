using Sluice.KernelTests.Generation.Nft;
using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;

namespace Sluice.KernelTests.Agreement;

/// <summary>Tries generated rulesets of nftables in one lab and collects what disagrees.</summary>
internal sealed class NftAgreementRun(KernelLab lab, LabNode node, IPFamily family)
{
    private int _seed;
    private string _text = "";

    public int Pairs { get; private set; }

    public List<string> Wrong { get; } = [];

    public void Try(int seed)
    {
        var example = NftRulesetGenerator.Generate(family, seed);
        (_seed, _text) = (seed, example.Text);
        lab.LoadNative(_text);
        var listing = lab.ListNative(asJson: false);
        var ruleset = Read(listing);
        var fromJson = Read(lab.ListNative(asJson: true));
        if (!ruleset.Equals(fromJson))
        {
            Wrong.Add($"seed {seed}: text and JSON of one ruleset differ\n{Differences(ruleset, fromJson)}\nlisting:\n{listing}");
        }

        var snapshot = node.With(ruleset);
        var tracer = new Tracer(snapshot) { KeepsEveryPath = true };
        var seen = lab.Send([.. example.Packets.Select(LabPackets.Numbered)]);
        for (var i = 0; i < seen.Count; i++)
        {
            Pairs++;
            if (Comparison.Explain(snapshot, lab.Variant, tracer.Trace(example.Packets[i]), seen[i]) is { } complaint)
            {
                Wrong.Add($"seed {_seed}, packet {i}:\n{complaint}\nrules:\n{_text}");
            }
        }
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
