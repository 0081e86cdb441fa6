using Sluice.Net;

namespace Sluice.Linux.Ipvs;

/// <summary>What became of a list of steps.</summary>
/// <param name="Sent">What the kernel was sent.</param>
public sealed record IpvsApplyResult(IpvsTraffic Sent)
{
    /// <summary>Why not all is done, in one sentence; null when all is.</summary>
    public string? Failure { get; init; }

    /// <summary>
    /// The steps that the kernel refused, in their order. All before the first are carried out; of those behind it some that were sent
    /// together with it may be, and no others. Empty with a <see cref="Failure"/>: nobody knows what is done, and what the kernel holds must be read again.
    /// </summary>
    public EquatableArray<IpvsRefusal> Refusals { get; init; }
}
