using System.Text;
using Sluice.Kubernetes.Manifests;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Kubernetes.Manifests;

/// <summary>One cluster as <c>kubectl get -o yaml</c> and <c>-o json</c> print it.</summary>
public sealed class KubectlTests
{
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Fixtures", "cluster");

    [Fact]
    public void Both_forms_give_the_same_objects()
    {
        var yaml = ManifestFolder.Read(Path.Combine(Folder, "kubectl.yaml"));
        var json = ManifestFolder.Read(Path.Combine(Folder, "kubectl.json"));
        Assert.Equal((true, true, 0, 0), (yaml.IsWhole, json.IsWhole, yaml.Problems.Count, json.Problems.Count));
        Assert.Equal(json.Objects, yaml.Objects);
        Assert.Equal(["Service shop/web", "EndpointSlice shop/web-9k4xz", "Node node-1", "Pod shop/web-7d9c5b8f6-x2x7p", "ServiceCIDR kubernetes"], yaml.Objects.Select(o => ObjectKey.Of(o).ToString()));
        Assert.Equal(
            new Service(new ObjectName("shop", "web"))
            {
                Type = ServiceType.LoadBalancer,
                ClusterIPs = [NetAddress.Parse("10.96.14.3"), NetAddress.Parse("fd00:10:96::e03")],
                Ports = [new ServicePort("http", L4Protocol.Tcp, 80, 30080), new ServicePort("dns", L4Protocol.Udp, 53, 30053)],
                ExternalIPs = [NetAddress.Parse("198.51.100.7")],
                LoadBalancerIPs = [NetAddress.Parse("203.0.113.10")],
                SourceRanges = [Prefix.Parse("203.0.113.0/25")],
                ExternalTrafficPolicy = TrafficPolicy.Local,
                AffinitySeconds = 600,
                HealthCheckNodePort = 31999,
            },
            yaml.Objects[0]);
    }

    [Fact]
    public void A_folder_that_has_an_object_twice_says_so_and_takes_the_last()
    {
        var content = ManifestFolder.Read(Folder);
        Assert.Equal(5, content.Objects.Count);
        Assert.Equal(5, content.Problems.Count);
        Assert.All(content.Problems, p => Assert.EndsWith($"given in {Path.Combine(Folder, "kubectl.json")} too, the one in {Path.Combine(Folder, "kubectl.yaml")} counts", p.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_path_that_is_not_there_is_one_clear_line()
    {
        var content = ManifestFolder.Read("/nowhere/cluster.yaml");
        Assert.Equal("/nowhere/cluster.yaml: no such file or folder", Assert.Single(content.Problems).ToString());
        Assert.False(content.IsWhole);
    }

    [Fact]
    public void Every_beginning_of_the_JSON_is_a_problem_and_no_beginning_of_the_YAML_crashes()
    {
        foreach (var name in new[] { "kubectl.json", "kubectl.yaml" })
        {
            var text = File.ReadAllBytes(Path.Combine(Folder, name));
            var end = Encoding.UTF8.GetString(text).TrimEnd().Length;
            var reader = new ManifestReader();
            for (var length = 0; length < end; length++)
            {
                var content = reader.Read(name, text.AsMemory(0, length));
                Assert.True(name == "kubectl.yaml" || content is { IsWhole: false, Problems.Count: 1 }, $"{length} bytes: {string.Join("; ", content.Problems)}");
            }
        }
    }
}
