using Sluice.Tests.Cli;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class ProxyCommandTests
{
    [Theory]
    [InlineData("", "-c PATH")]
    [InlineData("--cluster /nowhere/at/all", "/nowhere/at/all")]
    [InlineData("--cluster . --proxy-mode ipv", "did you mean ipvs?")]
    [InlineData("--cluster . --proxy-mode ipvs --ipvs-sync-period 1s --ipvs-min-sync-period 2s", "must not be above")]
    [InlineData("--cluster . --iptables-backend ebtables", "'ebtables'")]
    [InlineData("--cluster . --iptables-sync-period 30", "'30'")]
    [InlineData("--cluster . --iptables-sync-period 0s", "above 0")]
    [InlineData("--cluster . --iptables-min-sync-period soon", "'soon'")]
    [InlineData("--cluster . --iptables-sync-period 1s --iptables-min-sync-period 2s", "must not be above")]
    [InlineData("--cluster . --iptable-sync-period 1s", "did you mean --iptables-sync-period?")]
    public void A_command_line_that_cannot_be_is_one_line_and_exit_code_2(string flags, string word)
    {
        var result = CommandRunner.Run("proxy " + flags);
        Assert.True(result.Code == 2, result.ToString());
        Assert.Equal("", result.Output);
        var line = Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains(word, line, StringComparison.Ordinal);
    }
}
