using Sluice.Kubernetes.Manifests;
using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Daemon.Health;

public sealed class NodeDecodingTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("spec: {taints: [{key: node.kubernetes.io/not-ready, effect: NoExecute}]}", false)]
    [InlineData("spec: {taints: [{key: a, effect: NoSchedule}, {key: ToBeDeletedByClusterAutoscaler, value: '1', effect: NoSchedule}]}", true)]
    [InlineData("spec: {taints: null}", false)]
    public void A_node_that_the_autoscaler_will_remove_is_about_to_go(string rest, bool isLeaving) =>
        Assert.Equal(isLeaving, Read($"metadata: {{name: node}}\n{rest}\n").IsLeaving);

    [Theory]
    [InlineData("'2026-01-02T03:04:05Z'", true)]
    [InlineData("null", false)]
    public void A_node_that_is_being_deleted_is_about_to_go(string time, bool isLeaving) =>
        Assert.Equal(isLeaving, Read($"metadata: {{name: node, deletionTimestamp: {time}}}\n").IsLeaving);

    private static Node Read(string yaml)
    {
        var folder = Directory.CreateTempSubdirectory("sluice-node-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "node.yaml"), "apiVersion: v1\nkind: Node\n" + yaml);
            var content = ManifestFolder.Read(folder.FullName);
            return Assert.IsType<Node>(Assert.Single(content.Objects));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
