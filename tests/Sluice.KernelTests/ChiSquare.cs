namespace Sluice.KernelTests;

/// <summary>Pearson's measure of how far counts are from the shares they are draws of.</summary>
internal static class ChiSquare
{
    /// <summary>The sum of (counted - expected)² / expected; infinite when something was counted that has no share.</summary>
    /// <param name="shares">What is possible, with its share; the shares sum to 1.</param>
    /// <param name="counts">How often each came.</param>
    public static double Of(IReadOnlyDictionary<string, double> shares, IReadOnlyDictionary<string, int> counts)
    {
        var total = counts.Values.Sum();
        return counts.Keys.Any(k => !shares.ContainsKey(k))
            ? double.PositiveInfinity
            : shares.Sum(s => Math.Pow(counts.GetValueOrDefault(s.Key) - (s.Value * total), 2) / (s.Value * total));
    }
}
