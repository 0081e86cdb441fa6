using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>Makes the set entries of one address of a Service port, or of its node port.</summary>
internal sealed class EntryMaker(ServiceAddress address, string comment)
{
    private readonly List<SetEntry> _entries = [];

    /// <summary>What was made.</summary>
    public IReadOnlyList<SetEntry> Made => _entries;

    /// <summary>An endpoint with itself.</summary>
    public static IpSetEntry LoopBack(ServiceAddress endpoint) => new([IP(endpoint.IP), Port(endpoint), IP(endpoint.IP)]);

    /// <summary>An address alone.</summary>
    public static IpSetEntry Address(NetAddress address) => new([IP(address)]);

    /// <summary>A port alone.</summary>
    public static IpSetEntry PortOnly(int port) => new([new IpSetValue.Port(null, port)]);

    /// <summary>Makes those of a node port, whatever the address.</summary>
    public void AddNodePort(bool isLocal)
    {
        // A set of ports knows no protocols but these two.
        if (address.Protocol == L4Protocol.Tcp || address.Protocol == L4Protocol.Udp)
        {
            var isTcp = address.Protocol == L4Protocol.Tcp;
            var entry = PortOnly(address.Port) with { Comment = comment };
            _entries.Add(new SetEntry(isTcp ? IpvsSet.NodePortTcp : IpvsSet.NodePortUdp, entry));
            if (isLocal)
            {
                _entries.Add(new SetEntry(isTcp ? IpvsSet.NodePortLocalTcp : IpvsSet.NodePortLocalUdp, entry));
            }
        }
    }

    /// <summary>Makes those of an address.</summary>
    public void Add(DestinationKind kind, PortIntent port, NodeProfile node)
    {
        switch (kind)
        {
            case DestinationKind.ClusterIP:
                Add(IpvsSet.ClusterIP);
                break;
            case DestinationKind.ExternalIP:
                Add(port.ExternalPolicyLocal ? IpvsSet.ExternalIPLocal : IpvsSet.ExternalIP);
                break;
            case DestinationKind.LoadBalancerIP:
                Add(IpvsSet.LoadBalancer);
                AddIf(port.ExternalPolicyLocal, IpvsSet.LoadBalancerLocal);
                AddSources(port, node);
                break;
            default:
                AddIf(address.Protocol == L4Protocol.Sctp, IpvsSet.NodePortSctp);
                AddIf(address.Protocol == L4Protocol.Sctp && port.ExternalPolicyLocal, IpvsSet.NodePortLocalSctp);
                break;
        }

        if (port.Endpoints.HasAny)
        {
            var isEmpty = VirtualAddress.Endpoints(kind, port).Count == 0;
            AddIf(isEmpty, IpvsSet.NoLocal);
            AddIf(!isEmpty && kind != DestinationKind.ClusterIP && port.ExternalEndpoints.Count == 0, IpvsSet.NoLocalExternal);
        }
    }

    private static IpSetValue IP(NetAddress ip) => new IpSetValue.Network(Prefix.Host(ip));

    private static IpSetValue Port(ServiceAddress address) => new IpSetValue.Port(address.Protocol, address.Port);

    // A node that may use the load balancer may do so too when its packet carries one of the balancer's own addresses.
    private void AddSources(PortIntent port, NodeProfile node)
    {
        if (port.SourceRanges.Count == 0)
        {
            return;
        }

        Add(IpvsSet.LoadBalancerFirewall);
        var isNodeAllowed = false;
        foreach (var range in port.SourceRanges.Distinct())
        {
            Add(IpvsSet.LoadBalancerSourceCidr, new IpSetValue.Network(range));
            isNodeAllowed |= node.NodeIP(range.Family) is { } own && range.Contains(own);
        }

        foreach (var source in isNodeAllowed ? port.LoadBalancerIPs.Distinct() : [])
        {
            Add(IpvsSet.LoadBalancerSourceIP, IP(source));
        }
    }

    private void AddIf(bool isNeeded, IpvsSet set)
    {
        if (isNeeded)
        {
            Add(set);
        }
    }

    private void Add(IpvsSet set) => _entries.Add(new SetEntry(set, new IpSetEntry([IP(address.IP), Port(address)]) { Comment = comment }));

    private void Add(IpvsSet set, IpSetValue third) =>
        _entries.Add(new SetEntry(set, new IpSetEntry([IP(address.IP), Port(address), third]) { Comment = comment }));
}
