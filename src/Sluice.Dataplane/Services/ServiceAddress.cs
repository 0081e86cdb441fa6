using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Services;

/// <summary>An address that rules or IPVS send to a Service, or refuse in its name.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Address">The address; null for a node port on any address of the node.</param>
/// <param name="Port">The port that clients use.</param>
/// <param name="Rule">The rule that looks for it: in nat where packets are sent on, in filter where they are refused; null where IPVS does.</param>
public sealed record ServiceAddress(ServiceAddressKind Kind, NetAddress? Address, int Port, RuleReference? Rule)
{
    /// <summary>The virtual server that has it; null where rules do.</summary>
    public VirtualServer? Server { get; init; }

    /// <summary>
    /// Rules of the table that a packet from outside the Service's chains is compared with, up to and including
    /// <see cref="Rule"/>: those of the base chain, of KUBE-SERVICES, and for a node port of KUBE-NODEPORTS. Null when no base
    /// chain leads there. For a virtual server all rules of PREROUTING and INPUT, at the end of which IPVS takes the packet.
    /// </summary>
    public int? RulesToReach { get; init; }

    /// <summary>The chain the rule sends packets to; null when it refuses them.</summary>
    public string? Target { get; init; }

    /// <summary>
    /// Where new connections to this address go: for a ClusterIP those of pods, for the others those of clients outside the
    /// cluster. The probabilities sum to 1; empty when packets are refused.
    /// </summary>
    public EquatableArray<ServiceEndpoint> Endpoints { get; init; }

    /// <summary>
    /// How packets are refused: all of them, or under a local policy those that come from outside the cluster; null when some
    /// endpoint takes them.
    /// </summary>
    public ServiceRefusal? Refusal { get; init; }

    /// <summary><c>172.30.5.207:443</c>, or <c>*:30031</c> for a node port on any address.</summary>
    public override string ToString() => Address is { } address ? address.WithPort(Port) : $"*:{Port}";
}

/// <summary>How rules refuse packets to an address that has no endpoint to go to.</summary>
/// <param name="Action">What happens to the packet.</param>
/// <param name="Reason">The rule's own words, e.g. <c>has no endpoints</c>; empty without a comment.</param>
/// <param name="Rule">The rule; null where IPVS refuses.</param>
public sealed record ServiceRefusal(RefusalAction Action, string Reason, RuleReference? Rule);

/// <summary>What happens to a packet that is refused.</summary>
public enum RefusalAction
{
    /// <summary>The sender is told.</summary>
    Reject,

    /// <summary>The sender hears nothing.</summary>
    Drop,
}
