using System.Globalization;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Reports;

/// <summary>Explains the growing probabilities of a chain that balances load, and what each endpoint really gets.</summary>
public static class ShareExplanation
{
    // Where 1/n ends and another intention begins: iptables prints at least 5 digits.
    private const double Tolerance = 0.001;

    /// <summary>Sentences; empty when chance decides nothing.</summary>
    public static IReadOnlyList<string> Of(Trace trace)
    {
        foreach (var chain in trace.Outcomes.SelectMany(o => o.Path).Where(s => s.Chance is not null).Select(s => s.Chain).Distinct(ReferenceEqualityComparer.Instance).Cast<Netfilter.Rules.Chain>())
        {
            var chances = trace.Outcomes.SelectMany(o => o.Path)
                .Where(s => ReferenceEquals(s.Chain, chain) && s.Chance is not null)
                .DistinctBy(s => s.RuleNumber)
                .OrderBy(s => s.RuleNumber)
                .Select(s => s.Chance!.Value)
                .ToList();
            if (chances.Count > 0)
            {
                return Of(chain.Name, chances);
            }
        }

        return [];
    }

    private static List<string> Of(string chain, List<Probability> chances)
    {
        var count = chances.Count + 1;
        var shares = Shares(chances);
        var smallest = shares.Min();
        var largest = shares.Max();
        var text = new List<string>();
        if (!IsEven(chances))
        {
            text.Add($"{chain} tries its rules in order, each with its chance of what the ones before left: its {count} ways get {Percent(smallest.ToDouble())} to {Percent(largest.ToDouble())}.");
            return text;
        }

        text.Add(count == 2
            ? $"{chain} draws once: 1/2 for its first rule, the rest for the second."
            : $"{chain} tries its rules in order. Each takes its part of what the ones before left: {Parts(count)}. So all {count} get the same, 1/{count} = {Percent(1.0 / count)}.");
        text.Add(smallest == largest
            ? "The kernel compares 31 random bits with each number; here that is exact."
            : $"The kernel compares 31 random bits with each rounded number: really {Percent(smallest.ToDouble(), 7)} to {Percent(largest.ToDouble(), 7)}, at most {Skew(smallest, largest)} apart.");
        return text;
    }

    private static List<Probability> Shares(List<Probability> chances)
    {
        var left = Probability.One;
        var shares = new List<Probability>();
        foreach (var chance in chances)
        {
            shares.Add(left * chance);
            left *= chance.Complement;
        }

        shares.Add(left);
        return shares;
    }

    private static bool IsEven(List<Probability> chances)
    {
        for (var i = 0; i < chances.Count; i++)
        {
            if (Math.Abs((chances[i].ToDouble() * (chances.Count + 1 - i)) - 1) > Tolerance)
            {
                return false;
            }
        }

        return true;
    }

    private static string Parts(int count) => count <= 8
        ? string.Join(", ", Enumerable.Range(0, count - 1).Select(i => $"1/{count - i}")) + ", then all"
        : $"1/{count}, 1/{count - 1}, 1/{count - 2} ... 1/2, then all";

    private static string Percent(double value, int digits = 4) => (value * 100).ToString("0." + new string('#', digits), CultureInfo.InvariantCulture) + "%";

    private static string Skew(Probability smallest, Probability largest)
    {
        var skew = ((largest.ToDouble() / smallest.ToDouble()) - 1) * 100;
        return (skew >= 0.001 ? skew.ToString("0.###", CultureInfo.InvariantCulture) : skew.ToString("0.#e0", CultureInfo.InvariantCulture)) + "%";
    }
}
