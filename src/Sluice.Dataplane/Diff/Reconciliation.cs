using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>How a kernel differs from a plan, and what mends it.</summary>
/// <param name="Batches">What to restore, in this order; empty when the kernel is right. Each is made when it is asked for.</param>
/// <param name="Findings">What was found, one line each; many of a kind are counted.</param>
public sealed record Reconciliation(IReadOnlyList<RestoreBatch> Batches, IReadOnlyList<string> Findings)
{
    /// <summary>Whether a mode that has no chains of Services finds some: until the batches are restored the rules of another mode may route.</summary>
    public bool IsSuccession { get; init; }
}
