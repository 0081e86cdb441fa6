using Sluice.Input;
using Sluice.Kubernetes.Configuration;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>What routing needs of the node besides rules, and only root may set: done at each start, or once by <c>--init-only</c>.</summary>
internal static class NodeSetup
{
    /// <summary>Does it. What cannot be done is told.</summary>
    /// <param name="mode">How the node routes.</param>
    /// <param name="node">How the node is configured.</param>
    /// <param name="configuration">The kernel's settings of connection tracking and of IPVS.</param>
    /// <param name="log">Where to tell.</param>
    public static void Apply(ProxyMode mode, NodeSettings node, ProxyConfiguration configuration, EventLog log)
    {
        ConntrackSysctls.Apply(configuration.Conntrack, log);
        if (mode == ProxyMode.Ipvs)
        {
            IpvsSysctls.Apply(configuration.Ipvs.StrictArp, log);
            IpvsSupport.SetTimeouts(configuration.Ipvs, log);
        }
        else
        {
            NodeSysctls.CheckForwarding(log);
        }

        if (ServesLocalhost(node))
        {
            NodeSysctls.AllowLocalhostNodePorts(log);
        }
    }

    private static bool ServesLocalhost(NodeSettings node)
    {
        var ranges = node.NodePortAddresses.Where(p => p.Family == IPFamily.IPv4).ToList();
        return node.LocalhostNodePorts
            && (ranges.Count == 0 ? !node.IsPrimaryOnly : ranges.Exists(p => p.IsAny || p.Address.IsLoopback || p.Contains(NetAddress.Parse("127.0.0.1"))));
    }
}
