using Sluice.Netfilter.Tracing;

namespace Sluice.Views;

/// <summary>Where the next row of a path goes, and which chains have their heading already.</summary>
/// <param name="first">What stands before the first row.</param>
/// <param name="rest">What stands before the rows after it.</param>
/// <param name="depth">The depth of the chain that indents count from.</param>
/// <param name="open">A step of each chain whose heading was written, by depth.</param>
internal sealed class PathCursor(string first, string rest, int depth, List<Step> open)
{
    private string? _first = first;

    /// <summary>The depth of the chain that indents count from.</summary>
    public int Depth { get; } = depth;

    /// <summary>A step of each chain whose heading was written, by depth.</summary>
    public IReadOnlyList<Step> Open => open;

    /// <summary>What stands before the next row.</summary>
    public string Take()
    {
        var next = _first ?? rest;
        _first = null;
        return next;
    }

    /// <summary>Whether the step's chain has its heading; if not, it has from now on. Deeper chains are left.</summary>
    public bool IsOpen(Step step)
    {
        var isOpen = open.Count > step.Depth && ReferenceEquals(open[step.Depth].Chain, step.Chain) && ReferenceEquals(open[step.Depth].Table, step.Table);
        while (open.Count <= step.Depth)
        {
            open.Add(step);
        }

        open[step.Depth] = step;
        open.RemoveRange(step.Depth + 1, open.Count - step.Depth - 1);
        return isOpen;
    }
}
