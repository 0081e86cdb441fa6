using Sluice.Input;
using Sluice.Kubernetes.Configuration;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>What routing needs of the node besides rules, and only root may set: done at each start, or once by <c>--init-only</c>.</summary>
internal static class NodeSetup
{
    /// <summary>Does it.</summary>
    /// <param name="node">How the node is configured.</param>
    /// <param name="conntrack">The kernel's settings of connection tracking.</param>
    /// <param name="log">Where to tell.</param>
    public static void Apply(NodeSettings node, ConntrackConfiguration conntrack, EventLog log)
    {
        ConntrackSysctls.Apply(conntrack, log);
        NodeSysctls.CheckForwarding(log);
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
