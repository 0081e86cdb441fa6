namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Counts what a kernel has otherwise than a table, set by set.</summary>
internal sealed class DriftCounts(NftablesLayout layout)
{
    private readonly int[] _missing = new int[layout.Sets.Count];
    private readonly int[] _different = new int[layout.Sets.Count];
    private readonly int[] _stale = new int[layout.Sets.Count];
    private readonly List<string> _chains = [];

    public void CountMissing(byte set) => _missing[set]++;

    public void CountDifferent(byte set) => _different[set]++;

    public void CountStale(byte set) => _stale[set]++;

    /// <summary>A chain that is missing, stale or otherwise not as it should be, in words.</summary>
    public void Add(string chain) => _chains.Add(chain);

    /// <summary>All of it, a line for each chain and set.</summary>
    public IReadOnlyList<string> ToLines()
    {
        var lines = new List<string>(_chains);
        for (var i = 0; i < layout.Sets.Count; i++)
        {
            string[] parts = [.. new[] { Words(_missing[i], "missing"), Words(_different[i], "different"), Words(_stale[i], "stale") }.OfType<string>()];
            if (parts.Length > 0)
            {
                lines.Add($"set {layout.Sets[i].Name}: elements {string.Join(", ", parts)}");
            }
        }

        return lines;
    }

    private static string? Words(int count, string what) => count == 0 ? null : $"{count} {what}";
}
