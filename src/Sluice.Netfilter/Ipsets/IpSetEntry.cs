using Sluice.Net;

namespace Sluice.Netfilter.Ipsets;

/// <summary>
/// An entry of an ipset. Ranges that tools print are entries each for itself, or networks. Equal in what it is and what it says, whatever was
/// counted and however long it still lives.
/// </summary>
/// <param name="Values">One value for each dimension of the set's type; a list's entry has one. In <c>bitmap:ip,mac</c> the hardware address may be missing.</param>
public sealed record IpSetEntry(EquatableArray<IpSetValue> Values)
{
    /// <summary>Whether what it holds is not in the set, though a wider network is (<c>nomatch</c>).</summary>
    public bool IsExcluded { get; init; }

    /// <summary>Seconds until it goes; null when it stays.</summary>
    public uint? Timeout { get; init; }

    /// <summary>Its comment; null without one.</summary>
    public string? Comment { get; init; }

    /// <summary>The packet mark that the target SET takes from it (<c>skbmark</c>); null without one.</summary>
    public (uint Value, uint Mask)? PacketMark { get; init; }

    /// <summary>The priority that the target SET takes from it (<c>skbprio</c>), major number in the upper 16 bits; null without one.</summary>
    public uint? PacketPriority { get; init; }

    /// <summary>The hardware queue that the target SET takes from it (<c>skbqueue</c>); null without one.</summary>
    public ushort? PacketQueue { get; init; }

    /// <summary>Packets and bytes counted; null in a set without counters.</summary>
    public Rules.RuleCounters? Counters { get; init; }

    /// <summary>Equal in all but <see cref="Counters"/> and <see cref="Timeout"/>.</summary>
    public bool Equals(IpSetEntry? other) =>
        other is not null && Values.Equals(other.Values) && IsExcluded == other.IsExcluded && Comment == other.Comment &&
        PacketMark == other.PacketMark && PacketPriority == other.PacketPriority && PacketQueue == other.PacketQueue;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Values, IsExcluded);
}
