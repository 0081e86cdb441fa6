using Sluice.Dataplane.Comparing;
using Sluice.Net;

namespace Sluice.Tests.Comparing;

/// <summary>Comparisons with measurements as they may come out.</summary>
internal static class ComparedCosts
{
    private static readonly int[] s_sizes = [1, 10, 100, 1_000, 3_000, 10_000, 30_000];

    /// <summary>A comparison of three modes: iptables mode over the limit from 10,000 Services on, IPVS not there to be measured.</summary>
    public static CostComparison Make(int services = 1200) => new("manifests", IPFamily.IPv4, new ClusterShape(services, services, 3 * services),
    [
        Mode("iptables", services, n => 15 + n, n => n >= 10_000 ? null : Measured("iptables 1.8.9 nft", 0.02 + (n * 1e-3), 0.015 + (n * 2e-5), n)),
        Mode("ipvs", services, _ => 26, _ => null),
        Mode("nftables", services, _ => 8, n => Measured("netlink", 0.003 + (n * 4e-5), 3e-5, n / 3)),
    ])
    { Budget = TimeSpan.FromSeconds(20), Kernel = "6.12.0" };

    private static ModeCost Mode(string name, int services, Func<int, int> rules, Func<int, MeasuredCost?> measured)
    {
        CostPoint Point(int n) => new(n, new CountedCost(15, rules(n / 2), rules(n), rules(n), new HeldRules(rules(n) * 4, 20, 30 + n, 0, 0)))
        {
            Measured = measured(n),
            IsOverBudget = name == "iptables" && measured(n) is null,
            NotMeasured = measured(n) is null ? name == "ipvs" ? "this kernel has no IPVS" : "over the limit of 20 s" : null,
        };
        return new ModeCost(name, Point(services), s_sizes.Select(Point).ToEquatableArray());
    }

    private static MeasuredCost Measured(string tool, double load, double change, int n) => new(tool, TimeSpan.FromSeconds(load))
    {
        Change = TimeSpan.FromSeconds(change),
        Changes = 22,
        KernelBytes = 10_000 + (6_000L * n),
        DirectConnect = TimeSpan.FromMicroseconds(21),
        LastConnect = TimeSpan.FromMicroseconds(25 + (n / 50.0)),
        NoServiceConnect = TimeSpan.FromMicroseconds(24),
    };
}
