using System.Globalization;
using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>
/// The masquerade rules that flannel (0.22 and later) keeps on a node: traffic of pods that leaves the cluster takes an address of the
/// node, and so does other traffic to pods of other nodes.
/// </summary>
public static class FlannelRules
{
    /// <summary>The rules of a node as input of iptables-restore (or ip6tables-restore) that leaves other rules alone (<c>--noflush</c>).</summary>
    public static string Of(LabNode node, IPFamily family)
    {
        var cluster = LabAddresses.ClusterCidrs.First(c => c.Family == family).ToCidrString();
        var own = LabAddresses.PodCidrs(node.Number).First(c => c.Family == family).ToCidrString();
        var multicast = family == IPFamily.IPv4 ? "224.0.0.0/4" : "ff00::/8";
        const string Chain = "-A FLANNEL-POSTRTG -m comment --comment \"flanneld masq\"";
        return string.Create(CultureInfo.InvariantCulture, $"""
            *nat
            :FLANNEL-POSTRTG - [0:0]
            -A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG
            {Chain} -m mark --mark 0x4000/0x4000 -j RETURN
            {Chain} -s {own} -d {cluster} -j RETURN
            {Chain} -s {cluster} -d {own} -j RETURN
            {Chain} ! -s {cluster} -d {own} -j RETURN
            {Chain} -s {cluster} ! -d {multicast} -j MASQUERADE --random-fully
            {Chain} ! -s {cluster} -d {cluster} -j MASQUERADE --random-fully
            COMMIT

            """);
    }
}
