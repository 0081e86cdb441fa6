using Sluice.Linux.Netlink.Conntrack;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>What one clean-up of a family's flows did: what is logged, and what is to be counted.</summary>
/// <param name="Family">The family.</param>
/// <param name="Sweep">What it did.</param>
/// <param name="Duration">How long it took.</param>
internal sealed record ConntrackReport(IPFamily Family, ConntrackSweep Sweep, TimeSpan Duration);
