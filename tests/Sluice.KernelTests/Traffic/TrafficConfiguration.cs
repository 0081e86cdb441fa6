using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>A way to configure the proxy: the flags it gets, and what they mean in the words of the specification.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Flags">The flags of <c>sluice proxy</c>.</param>
/// <param name="Meaning">Changes the profile of a node whose proxy has no flags.</param>
internal sealed record TrafficConfiguration(string Name, IReadOnlyList<string> Flags, Func<NodeProfile, NodeProfile> Meaning)
{
    private static readonly string[] s_clusterCidr = ["--cluster-cidr", string.Join(',', LabAddresses.ClusterCidrs.Select(c => c.ToCidrString()))];

    /// <summary>The usual one.</summary>
    public static readonly TrafficConfiguration Usual = new("pods told by their addresses", s_clusterCidr, Usually);

    private static readonly TrafficConfiguration[] s_all =
    [
        Usual,
        new(
            "pods told by the bridge",
            ["--detect-local-mode", "BridgeInterface", "--pod-bridge-interface", "cni0"],
            profile => profile with { LocalDetector = new LocalDetector.BridgeInterface("cni0") }),
        new("pods not told", [], profile => profile),
        new("masquerade all", [.. s_clusterCidr, "--masquerade-all"], profile => Usually(profile) with { MasqueradeAll = true }),
        new(
            "node ports on the node's own address",
            [.. s_clusterCidr, "--nodeport-addresses", "primary"],
            profile => Usually(profile) with { NodePortAddresses = profile.NodeIPs.Select(Prefix.Host).ToEquatableArray() }),
        new(
            "node ports on every address",
            [.. s_clusterCidr, "--nodeport-addresses", "0.0.0.0/0,::/0"],
            profile => Usually(profile) with { NodePortAddresses = [Prefix.Parse("0.0.0.0/0"), Prefix.Parse("::/0")] }),
        new(
            "node ports on loopback too",
            [.. s_clusterCidr, "--iptables-localhost-nodeports", "--nftables-localhost-nodeports"],
            profile => Usually(profile) with { LocalhostNodePorts = true, NodePortAddresses = [.. profile.NodePortAddresses, Prefix.Parse("127.0.0.0/8")] }),
        new(
            "no node ports on loopback",
            [.. s_clusterCidr, "--iptables-localhost-nodeports=false"],
            profile => Usually(profile) with { LocalhostNodePorts = false }),
    ];

    public static TrafficConfiguration Named(string name) => s_all.Single(c => c.Name == name);

    private static NodeProfile Usually(NodeProfile profile) => profile with { LocalDetector = new LocalDetector.Cidr(LabAddresses.ClusterCidrs.ToEquatableArray()) };
}
