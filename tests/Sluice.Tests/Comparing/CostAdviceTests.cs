using Sluice.Dataplane.Comparing;
using Xunit;

namespace Sluice.Tests.Comparing;

/// <summary>The advice rests on the numbers of the comparison.</summary>
public sealed class CostAdviceTests
{
    [Fact]
    public void A_large_cluster_is_told_what_it_pays()
    {
        var advice = CostAdvice.Of(ComparedCosts.Make(1200))!;
        Assert.Equal("nftables", advice.Mode);
        Assert.Contains(advice.Reasons, r => r.Contains("1,215 rules in iptables mode, with 8 in nftables mode. Each Service more costs 1 and 0 rules more.", StringComparison.Ordinal));
        Assert.Contains("One endpoint's change took 39 ms in iptables mode, 30 us in nftables mode; loading all of it 1.22 s and 51 ms.", advice.Reasons);
        Assert.Contains(advice.Reasons, r => r.StartsWith("With 1,200 Services every new connection pays", StringComparison.Ordinal));
        Assert.Contains(advice.Reasons, r => r.Contains("KEP-5495", StringComparison.Ordinal));
    }

    [Fact]
    public void A_small_cluster_is_told_that_there_is_no_hurry() =>
        Assert.Contains("With 12 Services connections hardly show it yet: there is no hurry to leave iptables mode.", CostAdvice.Of(ComparedCosts.Make(12))!.Reasons);

    [Fact]
    public void What_was_over_the_limit_is_not_told_as_a_number() =>
        Assert.Contains("All of it is in the kernel after 803 ms in nftables mode; iptables mode was not measured: over the limit of 20 s.", CostAdvice.Of(ComparedCosts.Make(20_000))!.Reasons);

    [Fact]
    public void Without_both_modes_there_is_none()
    {
        var comparison = ComparedCosts.Make();
        Assert.Null(CostAdvice.Of(comparison with { Modes = [comparison.Modes[0]] }));
    }

    [Theory]
    [InlineData(1.5, "1.5 s")]
    [InlineData(0.0125, "12.5 ms")]
    [InlineData(25e-6, "25 us")]
    [InlineData(250, "250 s")]
    public void Times_have_three_digits(double seconds, string text) => Assert.Equal(text, CostUnits.Time(seconds));
}
