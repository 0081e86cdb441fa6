using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;

namespace Sluice.Daemon;

/// <summary>What the kernel's rules of a family say after a sync, and what they said before.</summary>
/// <param name="Before">What they said before; null when that is not known, or somebody else wrote rules meanwhile.</param>
/// <param name="Now">What they say.</param>
/// <param name="Changed">The Services that may differ; all may where <paramref name="Before"/> is null.</param>
internal sealed record HeldRules(ServiceIntent? Before, ServiceIntent Now, IReadOnlyCollection<ObjectName> Changed)
{
    /// <summary>What a sync that succeeded leaves behind; null when the rules say what they said.</summary>
    /// <param name="report">The sync.</param>
    /// <param name="before">What they said before; null when that was not known.</param>
    /// <param name="now">What they say.</param>
    /// <param name="changed">The Services that may differ; copied.</param>
    public static HeldRules? After(SyncReport report, ServiceIntent? before, ServiceIntent now, IReadOnlyCollection<ObjectName> changed) => report switch
    {
        { Kind: SyncKind.Changes } => new HeldRules(before, now, [.. changed]),
        { Kind: SyncKind.Audit, Result.Batches: 0, Accepted.Count: 0 } => null,
        _ => new HeldRules(Before: null, now, []),
    };
}
