using Sluice.Netfilter.Text;
using Sluice.Tests.Conformance;
using Xunit;

namespace Sluice.Tests.Nftables;

/// <summary>The rules that kube-proxy's nftables mode wrote for its own unit tests, dumped by a kernel as text and as JSON.</summary>
public sealed class NftConformanceTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_case_reads_from_text_and_from_json_to_the_same_value_and_is_understood()
    {
        if (KubeProxyFlow.FindFolder("nftables") is not { } root)
        {
            Assert.Skip("kube-proxy's flow tables (shared/conformance/kube-proxy-flows) are not beside the checkout");
            return;
        }

        var folders = Directory.GetDirectories(root).Order(StringComparer.Ordinal).ToList();
        var rules = 0;
        foreach (var folder in folders)
        {
            var text = NftFixture.ReadFile(Path.Combine(folder, "rules.nft-list.txt"));
            var json = NftFixture.ReadFile(Path.Combine(folder, "rules.nft-j.json"));
            Assert.DoesNotContain(text.Notes.Concat(json.Notes), n => n.Kind != ReaderNoteKind.Remark);
            Assert.True(NftFixture.Difference(text.Snapshot.Ruleset, json.Snapshot.Ruleset) is null, NftFixture.Difference(text.Snapshot.Ruleset, json.Snapshot.Ruleset));
            rules += text.Snapshot.Ruleset.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count));
        }

        output.WriteLine($"{folders.Count} cases, {rules} rules");
        Assert.Equal(43, folders.Count);
    }
}
