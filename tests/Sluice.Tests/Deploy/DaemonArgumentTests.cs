using Sluice.Tests.Cli;
using Xunit;

namespace Sluice.Tests.Deploy;

/// <summary>That the program takes the arguments and the configuration that the manifests give it.</summary>
public sealed class DaemonArgumentTests
{
    [Theory]
    [InlineData("beside")]
    [InlineData("replace-kube-proxy")]
    public void The_program_takes_what_the_DaemonSet_gives_it(string overlay)
    {
        var objects = Kustomization.Build(overlay, []);
        var configuration = objects.First(o => o.Text("kind") == "ConfigMap").Text("data/config.conf")!;
        var arguments = objects.First(o => o.Text("kind") == "DaemonSet").Texts("spec/template/spec/containers/0/args");
        var folder = Directory.CreateTempSubdirectory("sluice-arguments-").FullName;
        try
        {
            var (given, understood) = (Path.Combine(folder, "config.conf"), Path.Combine(folder, "understood.conf"));
            File.WriteAllText(given, configuration);
            var result = CommandRunner.Run(
                [.. arguments.Select(a => a.Replace("/etc/sluice/config.conf", given).Replace("$(NODE_NAME)", "node-1")), "--write-config-to", understood],
                []);
            Assert.True(result.Code == 0, result.ToString());
            var written = DeployFolder.Read(File.ReadAllText(understood))[0];
            Assert.Equal("nftables", written.Text("mode"));
            Assert.Equal("node-1", written.Text("hostnameOverride"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
