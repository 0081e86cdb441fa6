using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;

namespace Sluice.Daemon;

/// <summary>What came of writing to the kernel.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Batches">How many batches were written.</param>
internal sealed record WriteResult(WriteStatus Status, int Batches)
{
    /// <summary>One line about what went wrong; null when nothing did.</summary>
    public string? Problem { get; init; }

    /// <summary>
    /// For what was refused: finds the Services of an intent that it is about, less those that are as they were in the intent that the
    /// kernel last held, if that is known. Null when nothing was refused.
    /// </summary>
    public Func<ServiceIntent, ServiceIntent?, IReadOnlySet<ObjectName>>? Suspects { get; init; }

    /// <summary>What a comparison found different, one line each.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];
}
