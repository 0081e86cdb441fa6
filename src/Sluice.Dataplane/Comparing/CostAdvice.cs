using System.Globalization;
using Sluice.Net;

namespace Sluice.Dataplane.Comparing;

/// <summary>Which mode to choose for a cluster, in words that rest on its numbers.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="Reasons">Why, one thing each.</param>
public sealed record CostAdvice(string Mode, EquatableArray<string> Reasons)
{
    private const string Iptables = "iptables";
    private const string Ipvs = "ipvs";
    private const string Nftables = "nftables";

    // Below this, what a packet to the last Service costs in iptables mode drowns in what any packet costs.
    private const int FewTimes = 5;

    /// <summary>The advice for a comparison; null when the two modes that have a future are not both in it.</summary>
    public static CostAdvice? Of(CostComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        if (comparison.Find(Iptables) is not { } iptables || comparison.Find(Nftables) is not { } nftables)
        {
            return null;
        }

        var reasons = new List<string> { Matching(iptables, nftables) };
        reasons.AddRange(Writing(iptables.Cluster, nftables.Cluster));
        reasons.Add(Size(iptables.Cluster.Counted, nftables.Cluster.Counted, comparison.Shape.Services));
        if (comparison.Find(Ipvs) is { } ipvs)
        {
            reasons.Add(Text($"IPVS mode compares with {ipvs.Cluster.Counted.Last:#,0} rules, whatever the number of Services, but needs iptables, ipsets and an address of the node for each Service besides. kube-proxy deprecates it since 1.35 (KEP-5495): a mode to leave, not to enter."));
        }

        return new CostAdvice(Nftables, reasons.ToEquatableArray());
    }

    private static string Matching(ModeCost iptables, ModeCost nftables)
    {
        var growth = (iptables.RulesPerService, nftables.RulesPerService) is ({ } slow, { } flat)
            ? Text($" Each Service more costs {slow:0.##} and {flat:0.##} rules more.")
            : "";
        return Text($"The first packet to the last Service is compared with {iptables.Cluster.Counted.Last:#,0} rules in iptables mode, with {nftables.Cluster.Counted.Last:#,0} in nftables mode.{growth}");
    }

    private static IEnumerable<string> Writing(CostPoint iptables, CostPoint nftables)
    {
        if (nftables.Measured is not { } ours)
        {
            yield break;
        }

        if (iptables.Measured is not { } theirs)
        {
            yield return $"All of it is in the kernel after {Span(ours.Load)} in nftables mode; iptables mode was not measured: {iptables.NotMeasured}.";
            yield break;
        }

        yield return (ours.Change, theirs.Change) is ({ } ourChange, { } theirChange)
            ? $"One endpoint's change took {Span(theirChange)} in iptables mode, {Span(ourChange)} in nftables mode; loading all of it {Span(theirs.Load)} and {Span(ours.Load)}."
            : $"Loading all of it took {Span(theirs.Load)} in iptables mode, {Span(ours.Load)} in nftables mode.";
    }

    private static string Size(CountedCost iptables, CountedCost nftables, int services) => iptables.Last < FewTimes * nftables.Last
        ? Text($"With {services:#,0} Service{(services == 1 ? "" : "s")} connections hardly show it yet: there is no hurry to leave iptables mode.")
        : Text($"With {services:#,0} Services every new connection pays for it in iptables mode, those to no Service too ({iptables.NoService:#,0} rules against {nftables.NoService:#,0}).");

    private static string Span(TimeSpan time) => CostUnits.Time(time.TotalSeconds);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
