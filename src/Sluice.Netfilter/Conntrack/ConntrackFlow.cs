using Sluice.Net;

namespace Sluice.Netfilter.Conntrack;

/// <summary>
/// A flow as connection tracking knows it. Where its destination is translated, the reply's source is where packets really go; where its
/// source is, the reply's destination is what they seem to come from.
/// </summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Original">The first packet's direction, as it was before any translation.</param>
/// <param name="Reply">What answers look like before their translation.</param>
/// <param name="Status">What else is known.</param>
/// <param name="Zone">The zone: flows of different zones may be equal in all else. 0 unless a rule says otherwise.</param>
public readonly record struct ConntrackFlow(
    L4Protocol Protocol, ConntrackTuple Original, ConntrackTuple Reply, ConntrackStatus Status, ushort Zone)
{
    /// <summary>Whether the destination of its packets is translated.</summary>
    public bool IsDestinationTranslated => (Status & ConntrackStatus.DestinationNat) != 0;

    /// <summary>Whether anybody has answered.</summary>
    public bool IsAnswered => (Status & ConntrackStatus.SeenReply) != 0;
}
