using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>What a rule does with a list of recently seen addresses.</summary>
public enum RecentAction
{
    /// <summary>Puts the address on the list (<c>--set</c>).</summary>
    Set,

    /// <summary>Asks whether it is on the list (<c>--rcheck</c>).</summary>
    Check,

    /// <summary>Asks, and when it is, notes that it was seen again (<c>--update</c>).</summary>
    Update,

    /// <summary>Takes it off the list; holds when it was there (<c>--remove</c>).</summary>
    Remove,
}

/// <summary>The address is on a list of recently seen ones (<c>-m recent</c>): kube-proxy's session affinity.</summary>
/// <param name="Action">What is done.</param>
/// <param name="List">The list's name; <c>DEFAULT</c> when the rule gives none.</param>
public sealed record RecentMatch(RecentAction Action, string List) : Match
{
    /// <summary>Seconds within which the address must have been seen; null for ever.</summary>
    public uint? Seconds { get; init; }

    /// <summary>How often it must have been seen in that time; null for once.</summary>
    public uint? Hits { get; init; }

    /// <summary>Whether entries older than <see cref="Seconds"/> are purged (<c>--reap</c>).</summary>
    public bool Reaps { get; init; }

    /// <summary>Whether the TTL must be that of the packet that made the entry (<c>--rttl</c>).</summary>
    public bool ComparesTtl { get; init; }

    /// <summary>The mask put on the address, as an address; null when the rule gives none, which means all bits.</summary>
    public NetAddress? Mask { get; init; }

    /// <summary>Which address.</summary>
    public PacketEnd End { get; init; }

    /// <summary>True when it holds for addresses that are not on the list.</summary>
    public bool Inverted { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        if (Action == RecentAction.Set)
        {
            return MatchResult.Of(!Inverted);
        }

        var address = End == PacketEnd.Source ? packet.Source : packet.Destination;
        address = Mask is { } mask && mask.Family == address.Family ? address with { Bits = address.Bits & mask.Bits } : address;
        var seconds = Seconds is { } time ? $", seen within {time} s" : "";
        var hits = Hits is { } count ? $", at least {count} times" : "";
        return MatchResult.Depends(
            $"{(End == PacketEnd.Source ? "client" : "destination")} {address} is in the recent list {List}{seconds}{hits}{(ComparesTtl ? ", with the same TTL" : "")}",
            Inverted);
    }
}
