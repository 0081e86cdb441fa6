namespace Sluice.Dataplane.Diff;

/// <summary>How the rules of one Service in one shared chain change.</summary>
/// <param name="Chain">The chain, as an index into <see cref="Planning.SharedChains.Dispatching"/>.</param>
/// <param name="Kept">How many of the Service's rules stay at the beginning.</param>
/// <param name="Deleted">The rules after those that go.</param>
/// <param name="Inserted">The rules that take their place.</param>
internal sealed record DispatchEdit(int Chain, int Kept, IReadOnlyList<string> Deleted, IReadOnlyList<string> Inserted)
{
    /// <summary>The edit that makes one list of rules the other.</summary>
    public static DispatchEdit Between(int chain, string[] before, string[] after)
    {
        // A rule is deleted by its text, and the first of equal ones goes: with twins, everything is written anew.
        var (start, end) = before.Distinct(StringComparer.Ordinal).Count() == before.Length ? Common(before, after) : (0, 0);
        return new DispatchEdit(chain, start, before[start..^end], after[start..^end]);
    }

    private static (int Start, int End) Common(string[] before, string[] after)
    {
        var start = before.AsSpan().CommonPrefixLength(after);
        var end = 0;
        while (end < Math.Min(before.Length, after.Length) - start && before[^(end + 1)] == after[^(end + 1)])
        {
            end++;
        }

        return (start, end);
    }
}
