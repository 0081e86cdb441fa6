using Sluice.KernelTests.Lab;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Agreement;

/// <summary>
/// The tracer against the kernel for random rulesets of nftables, read back from the kernel's own listing in text and in JSON.
/// SLUICE_AGREEMENT_RULESETS sets how many rulesets each case tries, SLUICE_SEED the first seed.
/// </summary>
public sealed class NftAgreementTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public async Task The_tracer_says_what_nf_tables_does(IPFamily family)
    {
        if (LabProbe.Unavailable(LabVariant.Nft) is { } why)
        {
            Assert.Skip(why);
        }

        await using var lab = KernelLab.Create(LabVariant.Nft);
        var run = new NftAgreementRun(lab, new LabNode(lab), family);
        var first = AgreementSize.FirstSeed;
        var rulesets = AgreementSize.Rulesets(60);
        for (var seed = first; seed < first + rulesets; seed++)
        {
            run.Try(seed);
        }

        output.WriteLine($"nftables {family}: {run.Pairs} (ruleset, packet) pairs, {run.Replies} replies and {run.LaterPackets} later packets over {rulesets} rulesets from seed {first}; {run.Wrong.Count} disagree");
        Assert.True(run.Wrong.Count == 0, $"{run.Wrong.Count} of {run.Pairs} disagree\n{string.Join("\n\n", run.Wrong.Take(5))}");
        Assert.True(run.Pairs >= rulesets * 20, $"only {run.Pairs} pairs");
    }
}
