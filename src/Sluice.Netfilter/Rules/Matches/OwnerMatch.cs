using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>Who owns the socket that sends the packet (<c>-m owner</c>).</summary>
public sealed record OwnerMatch : Match
{
    /// <summary>The user, as written: a number, a range <c>1-5</c> or a name; null for any.</summary>
    public Negatable<string>? User { get; init; }

    /// <summary>The group, likewise; null for any.</summary>
    public Negatable<string>? Group { get; init; }

    /// <summary>Whether the sender's supplementary groups count too.</summary>
    public bool ComparesSupplementaryGroups { get; init; }

    /// <summary>Whether there must be a sending socket; null when not asked.</summary>
    public bool? HasSocket { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        // owner_mt: a packet without a socket matches when every criterion is inverted.
        if (packet.Original.Entry != PacketEntry.Local)
        {
            return MatchResult.Of(User is not { Inverted: false } && Group is not { Inverted: false } && HasSocket != true);
        }

        var criteria = default(Criteria);
        criteria.Require(HasSocket != false);
        if (User is { } user)
        {
            criteria.Depend($"the sending process runs as user {user.Value}", user.Inverted);
        }

        if (Group is { } group)
        {
            criteria.Depend($"the sending process {(ComparesSupplementaryGroups ? "is in" : "runs as")} group {group.Value}", group.Inverted);
        }

        return criteria.Result;
    }
}
