using Sluice.Netfilter.Conntrack;

namespace Sluice.Linux.Netlink.Conntrack;

/// <summary>Says whether a flow is to be deleted. Called once for every flow, on the thread that reads them.</summary>
/// <param name="flow">The flow.</param>
public delegate bool ConntrackJudge(in ConntrackFlow flow);
