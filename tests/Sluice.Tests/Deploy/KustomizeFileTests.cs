using Xunit;
using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Deploy;

/// <summary>What the files of <c>deploy/kustomize</c> say of themselves, without any tool.</summary>
public sealed class KustomizeFileTests
{
    private static readonly string[] s_lists = ["resources", "components"];

    public static TheoryData<string> Files => [.. Directory
        .EnumerateFiles(DeployFolder.Kustomize, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(DeployFolder.Kustomize, f))
        .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_file_is_YAML_in_which_no_key_comes_twice(string file)
    {
        var documents = DeployFolder.Read(File.ReadAllText(Path.Combine(DeployFolder.Kustomize, file)));
        Assert.All(documents, d => Assert.NotNull(d.Text("apiVersion")));
        Assert.All(documents, d => Assert.NotNull(d.Text("kind")));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_patch_is_YAML_and_every_name_in_a_kustomization_is_there(string file)
    {
        if (Path.GetFileName(file) != "kustomization.yaml")
        {
            return;
        }

        var folder = Path.GetDirectoryName(Path.Combine(DeployFolder.Kustomize, file))!;
        var kustomization = DeployFolder.Read(File.ReadAllText(Path.Combine(folder, "kustomization.yaml")))[0];
        var names = s_lists.SelectMany(kustomization.Texts)
            .Concat(kustomization.List("configMapGenerator").SelectMany(g => g.Texts("files")))
            .ToList();
        Assert.All(names, n => Assert.True(File.Exists(Path.Combine(folder, n)) || Directory.Exists(Path.Combine(folder, n)), n));
        foreach (var patch in kustomization.List("patches"))
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(patch.Text("patch")!));
            Assert.Single(stream.Documents);
        }

        // Nothing lies there that no kustomization takes.
        var own = Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!).Where(f => f != "kustomization.yaml");
        Assert.Empty(own.Except(names, StringComparer.Ordinal));
    }

    [Fact]
    public void The_configuration_beside_kube_proxy_differs_in_its_ports_only()
    {
        var usual = File.ReadAllText(Path.Combine(DeployFolder.Kustomize, "base", "config.conf"));
        var beside = File.ReadAllText(Path.Combine(DeployFolder.Kustomize, "overlays", "beside", "config.conf"));
        Assert.Equal(usual.Replace(":10256", ":10356").Replace(":10249", ":10349"), beside);
    }
}
