using System.CommandLine;
using System.Globalization;
using Sluice.Dataplane.Comparing;
using Sluice.Measuring;
using Sluice.Net;

namespace Sluice.Commands;

/// <summary>The flags of <c>sluice cost --compare</c> that say what is compared.</summary>
internal sealed class CompareOptions
{
    private const double LeastBudget = 0.1;
    private const double LongestBudget = 3600;
    private static readonly int[] s_sizes = [1, 10, 100, 1_000, 3_000, 10_000, 30_000];

    private readonly Option<bool> _compare = new("--compare")
    {
        Description = "Compare what the cluster costs in each mode: counted from planned rules, measured in network namespaces made for it. This node's rules are never touched",
    };

    private readonly Option<string?> _sizes = new("--services")
    {
        Description = $"With --compare: for how many Services of the cluster's kind, up to {ScaledCluster.MaxServices} (default {string.Join(',', s_sizes)})",
        HelpName = "N,N,...",
    };

    private readonly Option<string?> _measure = new("--measure")
    {
        Description = "With --compare, what to measure besides counting: none, cluster (the cluster itself), series (also each number of Services). Default: cluster, series for -o svg",
        HelpName = "WHAT",
    };

    private readonly Option<string?> _budget = new("--budget")
    {
        Description = "With --compare: how many seconds each measurement may take; what takes longer is not measured (default 20)",
        HelpName = "SECONDS",
    };

    private readonly Option<string?> _family = new("--family")
    {
        Description = "With --compare: ipv4 or ipv6 (default: ipv4, unless only ipv6 has Services)",
        HelpName = "FAMILY",
    };

    /// <summary>Adds the flags to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_compare, _sizes, _measure, _budget, _family])
        {
            command.Add(option);
        }
    }

    /// <summary>Whether modes are to be compared.</summary>
    /// <exception cref="CommandFailure">They are not, but another of the flags is there.</exception>
    public bool IsGiven(ParseResult parsed)
    {
        if (!parsed.GetValue(_compare) && ((Option[])[_sizes, _measure, _budget, _family]).FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } alone)
        {
            throw new CommandFailure($"{alone.Name} is for a comparison of modes: add --compare");
        }

        return parsed.GetValue(_compare);
    }

    /// <summary>The numbers of Services, ascending.</summary>
    /// <exception cref="CommandFailure">They make no sense.</exception>
    public IReadOnlyList<int> Sizes(ParseResult parsed) => parsed.GetValue(_sizes) is not { } text ? s_sizes
        : [.. text.Split(',').Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is > 0 and <= ScaledCluster.MaxServices
            ? size
            : throw new CommandFailure($"--services: expected numbers from 1 to {ScaledCluster.MaxServices} with commas between, not '{text.ReplaceLineEndings(" ")}'")).Distinct().Order()];

    /// <summary>What is measured.</summary>
    /// <exception cref="CommandFailure">There is no such word.</exception>
    public MeasureScope Scope(ParseResult parsed, string format) => parsed.GetValue(_measure) switch
    {
        null => format == "svg" ? MeasureScope.Series : MeasureScope.Cluster,
        "none" => MeasureScope.None,
        "cluster" => MeasureScope.Cluster,
        "series" => MeasureScope.Series,
        var word => throw new CommandFailure($"--measure: expected none, cluster or series, not '{word.ReplaceLineEndings(" ")}'"),
    };

    /// <summary>How long a measurement may take.</summary>
    /// <exception cref="CommandFailure">It makes no sense.</exception>
    public TimeSpan Budget(ParseResult parsed) => parsed.GetValue(_budget) is not { } text ? TimeSpan.FromSeconds(20)
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= LeastBudget and <= LongestBudget
            ? TimeSpan.FromSeconds(seconds)
            : throw new CommandFailure(string.Create(CultureInfo.InvariantCulture, $"--budget: expected seconds from {LeastBudget} to {LongestBudget}, not '{text.ReplaceLineEndings(" ")}'"));

    /// <summary>The family asked for; null for the usual one.</summary>
    /// <exception cref="CommandFailure">There is no such family.</exception>
    public IPFamily? Family(ParseResult parsed) => FamilyOf(parsed.GetValue(_family));

    /// <summary>The family that a word means; null without one.</summary>
    /// <exception cref="CommandFailure">There is no such family.</exception>
    public static IPFamily? FamilyOf(string? text) => text switch
    {
        null => null,
        "ipv4" => IPFamily.IPv4,
        "ipv6" => IPFamily.IPv6,
        var word => throw new CommandFailure($"--family: expected ipv4 or ipv6, not '{word.ReplaceLineEndings(" ")}'"),
    };
}
