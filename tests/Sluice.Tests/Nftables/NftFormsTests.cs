using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests.Nftables;

/// <summary>Rules as nft 1.0.6 lists them, each with the JSON that it prints for the same rule.</summary>
public sealed class NftFormsTests
{
    [Fact]
    public void Every_form_reads_from_text_and_from_json_to_the_same_value_and_is_understood()
    {
        var lines = NftFixture.Text("forms.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var wrong = new List<string>();
        foreach (var pair in lines.Chunk(2))
        {
            var text = NftFixture.Read($"table inet t {{\n\tmap m4 {{ type ipv4_addr : mark; }}\n\tchain c {{\n\t\t{pair[0]}\n\t}}\n}}\n");
            var json = NftFixture.Read($$$"""{"nftables": [{"map": {"family": "inet", "name": "m4", "table": "t", "type": "ipv4_addr", "map": "mark"}}, {"rule": {"family": "inet", "table": "t", "chain": "c", "expr": {{{pair[1]}}}}}]}""");
            var (fromText, fromJson) = (NftFixture.Rule(text), NftFixture.Rule(json));
            if (fromText.Parts.Any(IsUnknown) && fromJson.Parts.Any(IsUnknown) && s_unknown.Any(pair[0].Contains))
            {
                continue;
            }

            if (!fromText.Parts.Where(p => p is not CommentMatch).SequenceEqual(fromJson.Parts))
            {
                wrong.Add($"{pair[0]}\n{NftFixture.Show(fromText)}\n{NftFixture.Show(fromJson)}");
            }
            else if (fromText.Parts.Any(IsUnknown))
            {
                wrong.Add($"{pair[0]}\n{NftFixture.Show(fromText)}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {lines.Length / 2}\n{string.Join('\n', wrong.Take(25))}");
    }

    // What keeps its text: no packet that a question is about can tell.
    private static readonly string[] s_unknown = ["synproxy", "prefix to ip daddr map", "tcp option 33 exists"];

    private static bool IsUnknown(RulePart part) => part is Verdict.Unknown or NftMatch { Left: NftExpression.Unknown } or
        NftMatch { Right: NftOperand.Expression { Other: NftExpression.Unknown } };

    [Fact]
    public void Sets_and_objects_read_from_text_and_from_json_to_the_same_value()
    {
        var text = NftFixture.Read(NftFixture.Text("sets.nft.txt"));
        var json = NftFixture.Read(NftFixture.Text("sets.nft.json"));
        Assert.DoesNotContain(text.Notes, n => n.Kind != ReaderNoteKind.Remark);
        Assert.True(NftFixture.Difference(text.Snapshot.Ruleset, json.Snapshot.Ruleset) is null, NftFixture.Difference(text.Snapshot.Ruleset, json.Snapshot.Ruleset));
    }
}
