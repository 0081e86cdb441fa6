using System.Runtime.CompilerServices;
using Sluice.Tests.Cli;
using Xunit;

namespace Sluice.Tests.Planning;

/// <summary>
/// The rules of a cluster with every kind of Service, line by line. After a wanted change: UPDATE_GOLDEN=1 dotnet test writes the files
/// anew; look at the difference before you commit it.
/// </summary>
public sealed class RenderGoldenTests
{
    [Theory]
    [InlineData("render-ipv4", "--cluster-cidr 10.180.0.0/16,fd00:10:180::/48")]
    [InlineData("render-ipv6", "--cluster-cidr 10.180.0.0/16,fd00:10:180::/48 --family ipv6")]
    [InlineData("render-ipvs", "--cluster-cidr 10.180.0.0/16,fd00:10:180::/48 --mode ipvs")]
    [InlineData("render-ipvs6", "--cluster-cidr 10.180.0.0/16,fd00:10:180::/48 --mode ipvs --family ipv6")]
    public void Render_prints_the_rules_that_were_approved(string name, string flags)
    {
        var result = CommandRunner.Run(["render", "-c", Path.Combine(Folder(), "cluster.yaml"), "--node", "node-a", .. flags.Split(' ')], []);
        Assert.True(result.Code == ExitCode.Clean && result.Error.Length == 0, result.ToString());
        var file = Path.Combine(Folder(), name + ".txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(file, result.Output);
        }

        Assert.True(File.Exists(file), $"no {file}: run with UPDATE_GOLDEN=1");
        Assert.Equal(File.ReadAllText(file), result.Output);
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "Golden");
}
