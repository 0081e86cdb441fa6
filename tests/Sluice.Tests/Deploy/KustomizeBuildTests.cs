using Xunit;
using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Deploy;

/// <summary>What kustomize makes of every way to install: that its objects fit each other. Skipped where kubectl is not installed.</summary>
public sealed class KustomizeBuildTests
{
    private const string Pod = "spec/template/spec";
    private const string Container = "spec/template/spec/containers/0";
    private static readonly string[] s_probes = ["startupProbe", "livenessProbe", "readinessProbe"];

    public static TheoryData<string, string[]> Installations => new()
    {
        { "beside", [] },
        { "replace-kube-proxy", [] },
        { "beside", ["api-server"] },
        { "replace-kube-proxy", ["api-server"] },
        { "replace-kube-proxy", ["iptables-tools"] },
        { "replace-kube-proxy", ["api-server", "iptables-tools"] },
        { "replace-kube-proxy", ["iptables-tools", "ipvs-sysctls"] },
    };

    [Theory]
    [MemberData(nameof(Installations))]
    public void Names_and_ports_that_objects_say_of_each_other_are_the_same(string overlay, string[] components)
    {
        var objects = Kustomization.Build(overlay, components);
        var daemons = Only(objects, "DaemonSet");
        Assert.Equal(Only(objects, "ServiceAccount").Text("metadata/name"), daemons.Text($"{Pod}/serviceAccountName"));
        var binding = Only(objects, "ClusterRoleBinding");
        Assert.Equal("system:node-proxier", binding.Text("roleRef/name"));
        Assert.Equal(Only(objects, "ServiceAccount").Text("metadata/name"), binding.Text("subjects/0/name"));
        Assert.Equal(daemons.Text("metadata/namespace"), binding.Text("subjects/0/namespace"));
        Assert.Equal(
            daemons.At("spec/selector/matchLabels"),
            daemons.At("spec/template/metadata/labels"));

        // Each ConfigMap is made here, or is the one that kubeadm makes.
        var maps = objects.Where(o => o.Text("kind") == "ConfigMap").ToDictionary(o => o.Text("metadata/name")!, StringComparer.Ordinal);
        var volumes = daemons.List($"{Pod}/volumes");
        Assert.All(volumes.Select(v => v.Text("configMap/name")).OfType<string>(), n => Assert.True(n == "kube-proxy" || maps.ContainsKey(n), n));
        Assert.Empty(maps.Keys.Except(volumes.Select(v => v.Text("configMap/name")).OfType<string>(), StringComparer.Ordinal));
        Assert.Equal(
            volumes.Select(v => v.Text("name")).Order(StringComparer.Ordinal),
            daemons.List($"{Container}/volumeMounts").Select(v => v.Text("name")).Order(StringComparer.Ordinal));

        // What the arguments and the configuration name is where a volume is mounted.
        var configuration = DeployFolder.Read(maps["sluice-proxy"].Text("data/config.conf")!)[0];
        var mounts = daemons.List($"{Container}/volumeMounts").Select(v => v.Text("mountPath")).ToList();
        Assert.Contains("--config=/etc/sluice/config.conf", daemons.Texts($"{Container}/args"));
        Assert.Contains("/etc/sluice", mounts);
        Assert.Contains(Path.GetDirectoryName(configuration.Text("clientConnection/kubeconfig")), mounts);
        Assert.All(s_probes, p => Assert.Equal(configuration.Text("healthzBindAddress"), "0.0.0.0:" + daemons.Text($"{Container}/{p}/httpGet/port")));
    }

    [Theory]
    [MemberData(nameof(Installations))]
    public void The_container_has_the_rights_it_uses_and_no_others(string overlay, string[] components)
    {
        var daemons = Only(Kustomization.Build(overlay, components), "DaemonSet");
        var rights = daemons.At($"{Container}/securityContext");
        Assert.Equal(["ALL"], rights.Texts("capabilities/drop"));
        Assert.Equal(components.Contains("iptables-tools") ? ["NET_ADMIN", "NET_RAW"] : ["NET_ADMIN"], rights.Texts("capabilities/add"));
        Assert.Equal("true", rights.Text("readOnlyRootFilesystem"));
        Assert.Equal("false", rights.Text("allowPrivilegeEscalation"));
        Assert.Equal("false", rights.Text("privileged"));
        Assert.Equal("RuntimeDefault", daemons.Text($"{Pod}/securityContext/seccompProfile/type"));
        Assert.Equal(components.Contains("iptables-tools") ? ["/run/xtables.lock"] : [], daemons.List($"{Pod}/volumes").Select(v => v.Text("hostPath/path")).OfType<string>());
        Assert.Equal(components.Contains("iptables-tools") ? "sluice:dev-iptables" : "sluice:dev", daemons.Text($"{Container}/image"));
    }

    [Fact]
    public void Only_what_sets_the_sysctls_of_IPVS_has_privileges_and_it_is_the_same_program()
    {
        var daemons = Only(Kustomization.Build("replace-kube-proxy", ["iptables-tools", "ipvs-sysctls"]), "DaemonSet");
        var first = Assert.Single(daemons.List($"{Pod}/initContainers"));
        Assert.Equal("true", first.Text("securityContext/privileged"));
        Assert.Equal(daemons.Text($"{Container}/image"), first.Text("image"));
        Assert.Equal(["proxy", "--config=/etc/sluice/config.conf", "--init-only"], first.Texts("args"));
        Assert.Contains("/etc/sluice", first.List("volumeMounts").Select(v => v.Text("mountPath")));
        Assert.Empty(Only(Kustomization.Build("replace-kube-proxy", ["iptables-tools"]), "DaemonSet").List($"{Pod}/initContainers"));
    }

    private static YamlMappingNode Only(IEnumerable<YamlMappingNode> objects, string kind) => Assert.Single(objects, o => o.Text("kind") == kind);
}
