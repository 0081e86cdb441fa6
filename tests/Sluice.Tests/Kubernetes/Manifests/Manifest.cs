using System.Text;
using Sluice.Kubernetes.Manifests;
using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Kubernetes.Manifests;

/// <summary>Manifests written in tests.</summary>
internal static class Manifest
{
    public static ManifestContent Read(string text, string name = "cluster.yaml") =>
        new ManifestReader().Read(name, Encoding.UTF8.GetBytes(text));

    /// <summary>The objects of a manifest that must be in order.</summary>
    public static IReadOnlyList<ClusterObject> Objects(string text, string name = "cluster.yaml")
    {
        var content = Read(text, name);
        Assert.True(content is { Problems: [], IsWhole: true }, $"{string.Join("\n", content.Problems)}\n{text}");
        return content.Objects;
    }

    /// <summary>The one object of a manifest that must be in order.</summary>
    public static T Only<T>(string text, string name = "cluster.yaml")
        where T : ClusterObject => Assert.IsType<T>(Assert.Single(Objects(text, name)));

    /// <summary>The one problem of a manifest.</summary>
    public static string Problem(string text, string name = "cluster.yaml") => Assert.Single(Read(text, name).Problems).ToString();

    /// <summary>A Service with the spec, in YAML flow style.</summary>
    public static string Service(string spec, string status = "{}") =>
        $"{{apiVersion: v1, kind: Service, metadata: {{namespace: ns1, name: svc1}}, spec: {spec}, status: {status}}}";

    /// <summary>An EndpointSlice of ns1/svc1 with more fields, in YAML flow style.</summary>
    public static string Slice(string fields, string labels = "kubernetes.io/service-name: svc1", string annotations = "") =>
        $"{{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {{namespace: ns1, name: svc1-x, labels: {{{labels}}}, annotations: {{{annotations}}}}}, {fields}}}";
}
