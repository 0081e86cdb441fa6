using System.Diagnostics;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;

namespace Sluice.Dataplane.Modes;

/// <summary>Reads what a planner wrote for iptables-restore.</summary>
internal static class PlannedRules
{
    /// <summary>A node with just these rules.</summary>
    /// <param name="restoreText">The planner's text.</param>
    public static NodeSnapshot Read(string restoreText)
    {
        var read = SnapshotReader.Read([SourceText.Of("planned rules", restoreText)]);
        return read.Problems.Count == 0 && read.Notes.Count == 0
            ? read.Snapshot
            : throw new UnreachableException($"the planner's own text is not understood: {string.Join("; ", read.Problems)}{string.Join("; ", read.Notes)}");
    }
}
