using System.Diagnostics;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>A proxy that may not write rules says so once and ends.</summary>
public sealed class PrivilegeTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public async Task Without_CAP_NET_ADMIN_it_ends_with_one_line_and_code_2(string mode)
    {
        if (LabProbe.Unavailable(LabVariant.Nft) is { } reason)
        {
            Assert.Skip(reason);
        }

        using var space = new NetworkNamespace("unprivileged");
        try
        {
            space.Check("setpriv", ["--version"]);
        }
        catch (LabException e)
        {
            Assert.Skip($"{e.Message}: it is part of util-linux");
        }

        var folder = Directory.CreateTempSubdirectory("sluice-unprivileged-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "cluster.json"), ClusterFile.Json(1, _ => [0]));
            using var proxy = new ProxyProcess(space.Start(new ProcessStartInfo(
                "setpriv",
                [
                    "--bounding-set", "-net_admin", "--inh-caps", "-net_admin",
                    "dotnet", Path.Combine(AppContext.BaseDirectory, "sluice.dll"), "proxy", "--proxy-mode", mode, "--cluster", folder, "--node", "node",
                ])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            }));
            var code = await proxy.ExitAsync();
            output.WriteLine(proxy.Log);
            Assert.Equal(2, code);
            var line = Assert.Single(proxy.Lines);
            Assert.StartsWith("sluice: ", line, StringComparison.Ordinal);
            Assert.Contains("CAP_NET_ADMIN", line, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
