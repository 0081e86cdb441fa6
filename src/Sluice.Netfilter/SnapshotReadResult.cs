using Sluice.Netfilter.Text;

namespace Sluice.Netfilter;

/// <summary>What was read.</summary>
/// <param name="Snapshot">The node.</param>
/// <param name="Notes">Lines that were not understood or deserve a remark, in order.</param>
public sealed record SnapshotReadResult(NodeSnapshot Snapshot, IReadOnlyList<ReaderNote> Notes)
{
    /// <summary>Sources that could not be read at all; the snapshot is of the others.</summary>
    public IReadOnlyList<ReaderProblem> Problems { get; init; } = [];
}
