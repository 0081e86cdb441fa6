using Sluice.Netfilter;
using Sluice.Netfilter.Nftables;
using Sluice.Tests.Conformance;
using Xunit;

namespace Sluice.Tests.Nftables;

/// <summary>What is written reads back to the same value.</summary>
public sealed class NftWriterTests
{
    [Fact]
    public void Every_form_is_written_so_that_it_reads_back()
    {
        var wrong = new List<string>();
        foreach (var pair in NftFixture.Text("forms.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Chunk(2))
        {
            Check(NftFixture.Read($"table inet t {{\n\tmap m4 {{ type ipv4_addr : mark; }}\n\tchain c {{\n\t\t{pair[0]}\n\t}}\n}}\n"), wrong);
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}\n{string.Join('\n', wrong.Take(25))}");
    }

    [Fact]
    public void Every_fixture_is_written_so_that_it_reads_back()
    {
        var wrong = new List<string>();
        foreach (var path in Directory.GetFiles(NftFixture.Folder, "*.nft.txt"))
        {
            Check(NftFixture.ReadFile(path), wrong);
        }

        if (KubeProxyFlow.FindFolder("nftables") is { } root)
        {
            foreach (var folder in Directory.GetDirectories(root))
            {
                Check(NftFixture.ReadFile(Path.Combine(folder, "rules.nft-j.json")), wrong);
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}\n{string.Join('\n', wrong.Take(25))}");
    }

    private static void Check(SnapshotReadResult read, List<string> wrong)
    {
        var ruleset = read.Snapshot.Ruleset;
        var written = NftWriter.Write(ruleset);
        if (NftFixture.Difference(ruleset, NftFixture.Read(written, "written").Snapshot.Ruleset) is { } difference)
        {
            wrong.Add($"{difference}\n{(written.Length < 1000 ? written : "")}");
        }
    }
}
