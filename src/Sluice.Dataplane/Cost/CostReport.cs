using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Cost;

/// <summary>What the first packet of a connection to each Service costs on a node.</summary>
/// <param name="Items">One item per address, in the order of the rules.</param>
/// <param name="Summary">All of them together.</param>
public sealed record CostReport(EquatableArray<ServiceCost> Items, CostSummary Summary);

/// <summary>Rules that the first packet of a connection to one address is compared with.</summary>
/// <param name="Name">The Service's name with its port's, e.g. <c>default/testsvc:https</c>.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Kind">What the address is.</param>
/// <param name="Address">The address; for a node port on any address, the one that was tried, or null when none is known.</param>
/// <param name="Port">The port.</param>
/// <param name="RulesEvaluated">Rules compared over all hooks, on the longest of the packet's ways.</param>
public sealed record ServiceCost(string Name, L4Protocol Protocol, ServiceAddressKind Kind, NetAddress? Address, int Port, int RulesEvaluated)
{
    /// <summary>The same by hook; only hooks that compared rules.</summary>
    public EquatableArray<HookCost> ByHook { get; init; }

    /// <summary>The number of the Service's rule in its chain (KUBE-SERVICES, or KUBE-NODEPORTS for a node port), from 1; null when no rule sends packets on.</summary>
    public int? PositionInServices { get; init; }

    /// <summary>Where the packet came from.</summary>
    public CostOrigin From { get; init; }

    /// <summary>What became of the packet.</summary>
    public TraceVerdict Verdict { get; init; }
}

/// <summary>Where a packet whose cost is measured came from.</summary>
public enum CostOrigin
{
    /// <summary>A pod of this node.</summary>
    Pod,

    /// <summary>A client outside the cluster.</summary>
    Outside,
}

/// <summary>What matching costs on a node as a whole.</summary>
/// <param name="Services">Services with at least one address.</param>
/// <param name="Addresses">Addresses measured.</param>
public sealed record CostSummary(int Services, int Addresses)
{
    /// <summary>The most expensive address; null without any.</summary>
    public ServiceCost? Worst { get; init; }

    /// <summary>Half of the addresses cost this or less.</summary>
    public double Median { get; init; }

    /// <summary>What a packet to no Service pays; null without rules.</summary>
    public int? NoService { get; init; }

    /// <summary>
    /// Rules compared more for each Service further down the list (least squares over the addresses in KUBE-SERVICES); null with
    /// fewer than two. About one or more: matching is O(n). Zero: it does not depend on the number of Services.
    /// </summary>
    public double? GrowthPerService { get; init; }
}
