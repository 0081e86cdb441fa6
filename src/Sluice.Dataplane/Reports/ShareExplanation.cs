using System.Globalization;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Reports;

/// <summary>Explains the growing probabilities of a chain that balances load, and what each endpoint really gets.</summary>
public static class ShareExplanation
{
    // Where 1/n ends and another intention begins: old versions of kube-proxy wrote 5 digits, which is 0.5 % off at 1,000 endpoints.
    private const double Tolerance = 0.01;

    /// <summary>Sentences; empty when chance decides nothing.</summary>
    public static IReadOnlyList<string> Of(Trace trace)
    {
        var draws = new List<Step>();
        var seen = new HashSet<Rule>(ReferenceEqualityComparer.Instance);
        foreach (var outcome in trace.Outcomes)
        {
            foreach (var step in outcome.Path)
            {
                if (step is { Chance: not null, Rule: { } rule } && rule.Find<RandomMatch>() is not null && (draws.Count == 0 || ReferenceEquals(draws[0].Chain, step.Chain)) && seen.Add(rule))
                {
                    draws.Add(step);
                }
            }
        }

        draws.Sort((a, b) => a.RuleNumber.CompareTo(b.RuleNumber));
        return draws.Count == 0 ? [] : Of(draws[0].Chain.Name, draws);
    }

    private static List<string> Of(string chain, List<Step> draws)
    {
        var count = draws.Count + 1;
        var (smallest, largest) = Extremes(draws);
        if (!IsEven(draws))
        {
            return [$"{chain} tries its rules in order, each with its chance of what the ones before left: its {count} ways get {Percent(smallest)} to {Percent(largest)}."];
        }

        return
        [
            count == 2
                ? $"{chain} draws once: 1/2 for its first rule, the rest for the second."
                : $"{chain} tries its rules in order. Each takes its part of what the ones before left: {Parts(count)}. So all {count} get the same, 1/{count} = {Percent(1.0 / count)}.",
            smallest.Equals(largest)
                ? "The kernel compares 31 random bits with each number; here that is exact."
                : $"The kernel compares 31 random bits with each rounded number: really {Skew(smallest, largest)}.",
        ];
    }

    private static (double Smallest, double Largest) Extremes(List<Step> draws)
    {
        var left = Probability.One;
        double smallest = 1, largest = 0;
        foreach (var draw in draws)
        {
            var share = (left * draw.Chance!.Value).ToDouble();
            left *= draw.Chance.Value.Complement;
            smallest = Math.Min(smallest, share);
            largest = Math.Max(largest, share);
        }

        return (Math.Min(smallest, left.ToDouble()), Math.Max(largest, left.ToDouble()));
    }

    private static bool IsEven(List<Step> draws)
    {
        for (var i = 0; i < draws.Count; i++)
        {
            if (Math.Abs((draws[i].Chance!.Value.ToDouble() * (draws.Count + 1 - i)) - 1) > Tolerance)
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

    private static string Skew(double smallest, double largest)
    {
        var skew = ((largest / smallest) - 1) * 100;
        return skew < 0.0001
            ? "they differ by less than a millionth"
            : $"{Percent(smallest, 6)} to {Percent(largest, 6)}, the largest {skew.ToString("0.####", CultureInfo.InvariantCulture)}% above the smallest";
    }
}
