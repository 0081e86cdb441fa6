namespace Sluice.Dataplane.Diff;

/// <summary>Findings of a few kinds: the first of each kind in full, the rest counted.</summary>
internal sealed class FindingList
{
    private const int MostOfAKind = 10;

    private readonly List<string> _kinds = [];
    private readonly Dictionary<string, (List<string> First, int Count)> _findings = new(StringComparer.Ordinal);

    /// <summary>Adds one.</summary>
    /// <param name="kind">What many of it are called, after their number.</param>
    /// <param name="text">The finding; made only when it is shown.</param>
    public void Add(string kind, Func<string> text)
    {
        if (!_findings.TryGetValue(kind, out var entry))
        {
            _kinds.Add(kind);
            entry = ([], 0);
        }

        if (entry.Count < MostOfAKind)
        {
            entry.First.Add(text());
        }

        _findings[kind] = (entry.First, entry.Count + 1);
    }

    /// <summary>One line each.</summary>
    public IReadOnlyList<string> ToLines()
    {
        var lines = new List<string>();
        foreach (var kind in _kinds)
        {
            var (first, count) = _findings[kind];
            lines.AddRange(first);
            if (count > first.Count)
            {
                lines.Add($"and {count - first.Count} more {kind}");
            }
        }

        return lines;
    }
}
