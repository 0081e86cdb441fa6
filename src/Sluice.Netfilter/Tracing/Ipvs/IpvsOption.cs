using Sluice.Netfilter.Ipvs;

namespace Sluice.Netfilter.Tracing.Ipvs;

/// <summary>One thing a scheduler may do with a new connection.</summary>
/// <param name="Real">The real server it goes to; null when the connection is refused.</param>
/// <param name="Share">How likely, among the options without a condition.</param>
/// <param name="Condition">When it is taken; null when options before it were not and this one is drawn by its share.</param>
internal sealed record IpvsOption(RealServer? Real, Probability Share, string? Condition = null)
{
    public static IpvsOption When(string condition, RealServer? real) => new(real, Probability.One, condition);
}
