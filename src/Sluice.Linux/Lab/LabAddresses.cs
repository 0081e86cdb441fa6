using System.Globalization;
using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>
/// Who has which address in every lab. Outside: addresses reserved for documentation; inside: what clusters usually take.
/// </summary>
public static class LabAddresses
{
    /// <summary>The addresses of all pods.</summary>
    public static IReadOnlyList<Prefix> ClusterCidrs { get; } = [Prefix.Parse("10.244.0.0/16"), Prefix.Parse("fd00:10:244::/48")];

    /// <summary>The client outside, which is also the way to everything else: first its address on the nodes' link, then further ones.</summary>
    public static IReadOnlyList<NetAddress> Client { get; } = All("192.0.2.100", "2001:db8:1::100", "203.0.113.7", "203.0.113.77", "2001:db8:2::7", "2001:db8:2::77");

    /// <summary>A node's addresses on the link between nodes.</summary>
    public static IReadOnlyList<NetAddress> Node(int node) => All(Text($"192.0.2.{node}"), Text($"2001:db8:1::{node}"));

    /// <summary>A node's addresses on the bridge of its pods: their gateway.</summary>
    public static IReadOnlyList<NetAddress> Gateway(int node) => Pod(node, 1);

    /// <summary>A node's addresses on its VXLAN interface.</summary>
    public static IReadOnlyList<NetAddress> Tunnel(int node) => Pod(node, 0);

    /// <summary>The addresses of the pods of a node.</summary>
    public static IReadOnlyList<Prefix> PodCidrs(int node) => [Prefix.Of(Tunnel(node)[0], 24), Prefix.Of(Tunnel(node)[1], 64)];

    /// <summary>A pod's addresses.</summary>
    public static IReadOnlyList<NetAddress> Pod(LabPod pod) => Pod(pod.Node, pod.Number);

    private static NetAddress[] Pod(int node, int number) => All(Text($"10.244.{node}.{number}"), Text($"fd00:10:244:{node}::{number}"));

    private static NetAddress[] All(params string[] addresses) => [.. addresses.Select(NetAddress.Parse)];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
