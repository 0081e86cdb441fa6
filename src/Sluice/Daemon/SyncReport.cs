using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>What one sync of a family did and how it went: what is logged, and what is to be counted.</summary>
/// <param name="Family">The family.</param>
/// <param name="Kind">What was to be done.</param>
/// <param name="Result">What came of it.</param>
internal sealed record SyncReport(IPFamily Family, SyncKind Kind, WriteResult Result)
{
    /// <summary>How many Services have rules now.</summary>
    public int Services { get; init; }

    /// <summary>How many endpoints these have.</summary>
    public int Endpoints { get; init; }

    /// <summary>How many Services changed.</summary>
    public int Changed { get; init; }

    /// <summary>Services that the kernel refused now for the first time, each with one line of why.</summary>
    public IReadOnlyList<(ObjectName Service, string Problem)> Refused { get; init; } = [];

    /// <summary>Services that the kernel had refused and now took, or that are gone.</summary>
    public IReadOnlyList<ObjectName> Accepted { get; init; } = [];

    /// <summary>What the kernel's rules say since then; null when they say what they said.</summary>
    public HeldRules? Held { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
}
