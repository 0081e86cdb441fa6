using Sluice.Daemon.Telemetry;
using Xunit;

namespace Sluice.Tests.Daemon.Telemetry;

/// <summary>The bounds of kube-proxy's histograms (pkg/proxy/metrics/metrics.go), as its text shows them.</summary>
public sealed class BucketsTests
{
    [Fact]
    public void Syncs_double_from_a_millisecond() => Assert.Equal(
        [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096, 8.192, 16.384], Buckets.Sync);

    [Fact]
    public void Network_programming_goes_by_seconds_to_a_minute_and_on_to_five() => Assert.Equal(
        [0, 0.25, 0.5, .. Enumerable.Range(1, 59).Select(i => (double)i), .. Enumerable.Range(12, 12).Select(i => i * 5.0), .. Enumerable.Range(4, 7).Select(i => i * 30.0)],
        Buckets.Programming);
}
