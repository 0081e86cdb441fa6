using Sluice.Kubernetes.Api.Following;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>How long a client waits before it asks again.</summary>
public sealed class BackOffTests
{
    [Fact]
    public void Pauses_double_from_0_8_to_30_seconds_and_are_drawn_from_their_upper_half()
    {
        var draws = new BackOff(new Random(1));
        var pauses = Enumerable.Range(0, 10).Select(_ => draws.Next().TotalSeconds).ToList();
        double[] most = [1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30, 30, 30];
        Assert.All(pauses.Zip(most), p => Assert.InRange(p.First, p.Second / 2, p.Second));
        Assert.Equal(10, pauses.Distinct().Count());
        draws.Reset();
        Assert.InRange(draws.Next().TotalSeconds, 0.8, 1.6);
    }
}
