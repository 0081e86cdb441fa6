using System.Diagnostics;
using System.Globalization;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>The names of the table's chains.</summary>
internal static class TableChains
{
    public const string Prerouting = "nat-prerouting";
    public const string Output = "nat-output";
    public const string Postrouting = "nat-postrouting";
    public const string AffinityInput = "affinity-input";
    public const string AffinityPostrouting = "affinity-postrouting";
    public const string InvalidForward = "invalid-forward";
    public const string LoopbackGuard = "loopback-guard";
    public const string HealthCheckInput = "health-check-input";
    public const string CountInput = "count-input";
    public const string CountForward = "count-forward";
    public const string CountOutput = "count-output";

    public const string Services = "services";
    public const string Masquerading = "masquerading";
    public const string Refuse = "refuse";
    public const string Firewall = "firewall";
    public const string ExternalLocal = "external-local";
    public const string NodePortExternalLocal = "nodeport-external-local";
    public const string Learn = "learn";
    public const string Count = "count";

    // In the order of CountedChain.
    private static readonly string[] s_counted = ["pick-", "local-", "nodeport-pick-", "nodeport-local-", "cluster-", "external-", "nodeport-external-"];

    private const string LearnPrefix = "learn-";
    private const string Affine = "-affine";

    /// <summary>The chain that a verdict goes to.</summary>
    public static string NameOf(PlannedVerdict verdict) => verdict.Kind switch
    {
        VerdictKind.Refuse => Refuse,
        VerdictKind.Firewall => Firewall,
        VerdictKind.ExternalLocal => ExternalLocal,
        VerdictKind.NodePortExternalLocal => NodePortExternalLocal,
        VerdictKind.Draw => string.Create(CultureInfo.InvariantCulture, $"{s_counted[(int)verdict.Chain]}{verdict.Count}{(verdict.IsAffine ? Affine : "")}"),
        VerdictKind.Learn => string.Create(CultureInfo.InvariantCulture, $"{LearnPrefix}{verdict.Count}"),
        _ => throw new UnreachableException(),
    };

    /// <summary>The verdict that goes to a chain made when needed; one that does not exist for other names.</summary>
    public static PlannedVerdict Parse(string name)
    {
        if (name.StartsWith(LearnPrefix, StringComparison.Ordinal))
        {
            return Number(name.AsSpan(LearnPrefix.Length)) is { } seconds ? new PlannedVerdict(VerdictKind.Learn, Count: seconds) : PlannedVerdict.None;
        }

        for (var i = 0; i < s_counted.Length; i++)
        {
            if (name.StartsWith(s_counted[i], StringComparison.Ordinal))
            {
                var rest = name.AsSpan(s_counted[i].Length);
                var isAffine = rest.EndsWith(Affine, StringComparison.Ordinal);
                return Number(isAffine ? rest[..^Affine.Length] : rest) is { } count ? PlannedVerdict.Draw((CountedChain)i, count, isAffine) : PlannedVerdict.None;
            }
        }

        return PlannedVerdict.None;
    }

    // A positive number as NameOf writes it.
    private static int? Number(ReadOnlySpan<char> text) =>
        text.Length > 0 && text[0] is >= '1' and <= '9' && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
