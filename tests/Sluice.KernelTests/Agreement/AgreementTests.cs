using Sluice.KernelTests.Lab;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Agreement;

/// <summary>
/// The tracer against the kernel: random rules, real packets; disposition, addresses, ports, mark and every rule on the way, and
/// the way back of the replies. SLUICE_AGREEMENT_RULESETS sets how many rulesets each case tries, SLUICE_SEED the first seed.
/// </summary>
public sealed class AgreementTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(LabVariant.Nft, IPFamily.IPv4)]
    [InlineData(LabVariant.Nft, IPFamily.IPv6)]
    [InlineData(LabVariant.Legacy, IPFamily.IPv4)]
    [InlineData(LabVariant.Legacy, IPFamily.IPv6)]
    public async Task The_tracer_says_what_the_kernel_does(LabVariant variant, IPFamily family)
    {
        if (LabProbe.Unavailable(variant) is { } why)
        {
            Assert.Skip(why);
        }

        await using var lab = KernelLab.Create(variant);
        var tally = new AgreementTally(lab);
        tally.Judge(output, $"{variant} {family}", pairsPerRuleset: 10, new AgreementRun(lab, new LabNode(lab), family, tally).Try);
    }
}
