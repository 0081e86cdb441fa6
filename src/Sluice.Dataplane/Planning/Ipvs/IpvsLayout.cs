using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>
/// What IPVS mode has of one family besides Services: its ipsets, its iptables rules, the addresses that serve node ports. Depends on the options and
/// the node only.
/// </summary>
public sealed class IpvsLayout
{
    /// <summary>The interface that holds the addresses of Services: packets to them come to the node itself, where IPVS takes them.</summary>
    public const string Interface = IpvsTable.KubeInterface;

    private readonly HashSet<NetAddress> _nodeAddresses;
    private readonly IpSet[] _sets;

    /// <summary>The layout for a node.</summary>
    /// <param name="options">What shapes it besides the node.</param>
    /// <param name="node">The node; its <see cref="NodeProfile.LocalAddresses"/> are without those of <see cref="Interface"/>.</param>
    /// <exception cref="ArgumentException">The name of an interface in the node's detector is none that Linux allows.</exception>
    public IpvsLayout(IpvsPlanOptions options, NodeProfile node)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(node);
        (Options, Node) = (options, node);
        _nodeAddresses = [.. node.LocalAddresses];
        _sets = [.. Enum.GetValues<IpvsSet>().Select(s => IpvsSets.Make(s, Family))];

        // Of a link-local address it is not said on which interface.
        NodePortIPs = node.LocalAddresses
            .Where(a => a.Family == Family && !a.IsLoopback && !(a.Family == IPFamily.IPv6 && a.IsLinkLocal) && node.ServesNodePorts(a))
            .Distinct().Order().ToEquatableArray();
        Rules = new RuleLayout(Family, new IpvsRuleMaker(this).Make(), IpvsChains.Jumps);
    }

    /// <summary>What shapes the layout besides the node.</summary>
    public IpvsPlanOptions Options { get; }

    /// <summary>The node.</summary>
    public NodeProfile Node { get; }

    /// <summary>The address family.</summary>
    public IPFamily Family => Options.Family;

    /// <summary>The ipsets, without entries, in the order of <see cref="IpvsSet"/>.</summary>
    public IReadOnlyList<IpSet> Sets => _sets;

    /// <summary>The iptables chains and jumps. They ask the sets, which must be there before.</summary>
    public RuleLayout Rules { get; }

    /// <summary>The node's addresses that serve node ports, sorted; never loopback.</summary>
    public EquatableArray<NetAddress> NodePortIPs { get; }

    /// <summary>A set, without entries.</summary>
    public IpSet SetOf(IpvsSet set) => _sets[(int)set];

    /// <summary>Whether a Service's address is given to <see cref="Interface"/>: not where another interface has it.</summary>
    internal bool IsVirtual(NetAddress address) => !_nodeAddresses.Contains(address);

    /// <summary>Whether node ports are served on an address.</summary>
    internal bool ServesNodePorts(NetAddress address) => NodePortIPs.Contains(address);

    /// <summary>The scheduler for real servers.</summary>
    /// <param name="hasUnequalWeights">Whether some shall get more than others.</param>
    internal string Scheduler(bool hasUnequalWeights) => Options.Scheduler is { Length: > 0 } and not "rr" ? Options.Scheduler : hasUnequalWeights ? "wrr" : "rr";
}
