using System.Globalization;
using System.Numerics;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Tracing;

/// <summary>The probability of each endpoint, exactly.</summary>
public sealed class DistributionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(50)]
    [InlineData(400)]
    public void Endpoints_get_what_the_kernels_31_bits_give_them_and_the_sum_is_one(int endpoints)
    {
        var trace = Trace(KubeProxyShape.Service(endpoints));

        Assert.Equal(endpoints, trace.Outcomes.Count);
        Assert.True(trace.Outcomes.Aggregate(Probability.Zero, (sum, o) => sum + o.Probability).IsOne);
        var remaining = BigInteger.One;
        var scale = BigInteger.One;
        for (var i = 0; i < endpoints; i++)
        {
            // Computed here from the definition: a draw of 31 bits below round(p * 2^31), given that all before missed.
            var written = double.Parse((1.0 / (endpoints - i)).ToString("F10", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            var threshold = i == endpoints - 1 ? BigInteger.Pow(2, 31) : new BigInteger(Math.Round(written * Math.Pow(2, 31)));
            Assert.Equal(Probability.Of(remaining * threshold, scale * BigInteger.Pow(2, 31)), trace.Outcomes[i].Probability);
            Assert.Equal(NetAddress.Parse(KubeProxyShape.Endpoint(i)), trace.Outcomes[i].Destination);
            remaining *= BigInteger.Pow(2, 31) - threshold;
            scale *= BigInteger.Pow(2, 31);
        }
    }

    [Fact]
    public void A_denominator_too_large_for_a_double_still_gives_a_number()
    {
        var last = Trace(KubeProxyShape.Service(400)).Outcomes[^1].Probability;

        Assert.InRange(last.ToDouble(), 0.00249, 0.00251);
        Assert.True(last.Denominator.GetBitLength() > 5000, $"{last.Denominator.GetBitLength()} bits");
    }

    [Fact]
    public void Probabilities_are_rationals_in_lowest_terms()
    {
        var third = Probability.Of(2, 6);

        Assert.Equal("1/3", third.ToString());
        Assert.Equal("2/3", third.Complement.ToString());
        Assert.Equal("2/9", (third * third.Complement).ToString());
        Assert.True((third + third.Complement).IsOne);
        Assert.Equal("1/2", (Probability.Of(1, 6) + third).ToString());
        Assert.True(Probability.OfStatistic(uint.MaxValue).IsOne);
        Assert.Equal("0", Probability.Zero.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => Probability.Of(3, 2));
    }

    private static Trace Trace(string rules) =>
        new Tracer(SnapshotReader.Read([SourceText.Of("rules", rules)]).Snapshot).Trace(
            new Packet(L4Protocol.Tcp, NetAddress.Parse("10.0.0.5"), NetAddress.Parse(KubeProxyShape.ClusterIP)) { SourcePort = 40000, DestinationPort = 80 });
}
