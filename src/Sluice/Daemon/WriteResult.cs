using Sluice.Netfilter.Iptables;

namespace Sluice.Daemon;

/// <summary>What came of writing to the kernel.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Batches">How many batches were written.</param>
internal sealed record WriteResult(WriteStatus Status, int Batches)
{
    /// <summary>One line about what went wrong; null when nothing did.</summary>
    public string? Problem { get; init; }

    /// <summary>The batch that was refused.</summary>
    public RestoreBatch? Refused { get; init; }

    /// <summary>What a comparison found different, one line each.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];
}
