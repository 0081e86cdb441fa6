using Sluice.Net;

namespace Sluice.Netfilter.Tracing;

/// <summary>What connection tracking holds of a connection once its first packet has passed.</summary>
/// <param name="Original">The original tuple.</param>
/// <param name="ReplySource">Where replies come from.</param>
/// <param name="ReplySourcePort">The port of that.</param>
/// <param name="ReplyDestination">Where replies go to; null when it is an address the snapshot does not tell.</param>
/// <param name="ReplyDestinationPort">The port of that.</param>
/// <param name="Mark">The connection mark.</param>
internal sealed record Connection(
    ConnectionTuple Original,
    NetAddress ReplySource,
    int? ReplySourcePort,
    NetAddress? ReplyDestination,
    int? ReplyDestinationPort,
    uint? Mark)
{
    /// <summary>Whether IPVS, not a nat rule, chose where replies come from: connection tracking then leaves destinations alone.</summary>
    public bool IsBalanced { get; init; }

    public bool IsDnat => !IsBalanced && (ReplySource != Original.Destination || ReplySourcePort != Original.DestinationPort);

    public bool IsSnat => ReplyDestination != Original.Source || ReplyDestinationPort != Original.SourcePort;
}
