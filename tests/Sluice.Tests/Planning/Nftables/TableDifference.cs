using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>What a kernel's table has otherwise than a plan, whichever slot an endpoint has and whatever order chains have.</summary>
internal static class TableDifference
{
    /// <summary>The differences, a line each; empty for none. Chains of counts that were in use before may stay, and clients are not compared.</summary>
    public static string Of(Table wanted, Table? actual)
    {
        if (actual is null)
        {
            return $"no table {wanted.Name}";
        }

        var lines = new List<string>();
        foreach (var want in wanted.Sets.Where(s => !s.Flags.HasFlag(NftSetFlags.Dynamic)))
        {
            var (missing, there) = (Lines(want), actual.FindSet(want.Name) is { } set ? Lines(set) : []);
            lines.AddRange(missing.Except(there).Select(l => $"{want.Name} lacks {l}"));
            lines.AddRange(there.Except(missing).Select(l => $"{want.Name} has {l}"));
        }

        foreach (var chain in wanted.Chains.Where(c => actual.FindChain(c.Name) is not { } there || !there.Equals(c)))
        {
            lines.Add($"chain {chain.Name} {(actual.FindChain(chain.Name) is null ? "is missing" : "has other rules")}");
        }

        return string.Join('\n', lines);
    }

    private static HashSet<string> Lines(NftSet set)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var element in set.Elements)
        {
            var line = $"{Key(set, element)} : {element.Data} {(element.Verdict is Verdict.Goto to ? to.Chain : element.Verdict)} {element.Comment}";
            counts[line] = counts.GetValueOrDefault(line) + 1;
        }

        return [.. counts.Select(c => $"{c.Key} ({c.Value} times)")];
    }

    private static string Key(NftSet set, SetElement element) => set.Name.EndsWith("endpoints", StringComparison.Ordinal)
        ? Convert.ToHexString(element.First.Span[..^4])
        : $"{element.First}-{element.Last}";
}
