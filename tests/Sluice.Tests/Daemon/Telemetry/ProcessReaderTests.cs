using Sluice.Daemon.Telemetry;
using Xunit;

namespace Sluice.Tests.Daemon.Telemetry;

public sealed class ProcessReaderTests
{
    [Fact]
    public void A_name_with_blanks_and_parentheses_moves_no_field()
    {
        var stat = ProcessReader.Parse("4711 (a) b (c) S 1 4711 4711 0 -1 4194560 2210 0 5 0 150 50 0 0 20 0 14 0 987654 268435456 1024 18446744073709551615 1 1 0");
        Assert.Equal(2.0, stat.CpuSeconds);
        Assert.Equal(987654, stat.StartTicks);
        Assert.Equal(268435456, stat.VirtualBytes);
        Assert.Equal(1024.0 * Environment.SystemPageSize, stat.ResidentBytes);
    }

    [Fact]
    public void This_process_has_what_a_process_has()
    {
        var stat = ProcessReader.ReadStat();
        Assert.InRange(stat.ResidentBytes, 1_000_000, stat.VirtualBytes);
        Assert.InRange(ProcessReader.CountDescriptors(), 3, ProcessReader.ReadLimit("Max open files"));
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - ProcessReader.ReadStart(), -2, 24 * 3600);
    }
}
