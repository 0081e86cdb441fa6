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
        var run = new AgreementRun(lab, new LabNode(lab), family);
        var first = AgreementSize.FirstSeed;
        var rulesets = AgreementSize.Rulesets(60);
        for (var seed = first; seed < first + rulesets; seed++)
        {
            run.Try(seed);
        }

        output.WriteLine($"{variant} {family}: {run.Pairs} (ruleset, packet) pairs, {run.Replies} replies and {run.LaterPackets} later packets over {rulesets} rulesets from seed {first}; {run.Wrong.Count} disagree");
        Assert.True(run.Wrong.Count == 0, $"{run.Wrong.Count} of {run.Pairs} + {run.Replies} disagree\n{string.Join("\n\n", run.Wrong.Take(5))}");
        Assert.True(run.Pairs >= rulesets * 10, $"only {run.Pairs} pairs");
    }
}
