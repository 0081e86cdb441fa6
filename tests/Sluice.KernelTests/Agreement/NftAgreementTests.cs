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
        var tally = new AgreementTally(lab);
        tally.Judge(output, $"nftables {family}", pairsPerRuleset: 20, new NftAgreementRun(lab, new LabNode(lab), family, tally).Try);
    }
}
