using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>How many connections an address or network has (<c>-m connlimit</c>).</summary>
/// <param name="Limit">The number.</param>
/// <param name="IsAbove">Whether there must be more (<c>--connlimit-above</c>), not at most as many (<c>--connlimit-upto</c>).</param>
public sealed record ConnectionLimitMatch(uint Limit, bool IsAbove) : Match
{
    /// <summary>The prefix length that groups addresses; null when the rule gives none, which means each address for itself.</summary>
    public byte? PrefixLength { get; init; }

    /// <summary>Which address.</summary>
    public PacketEnd End { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        var address = End == PacketEnd.Source ? packet.Source : packet.Destination;
        var group = PrefixLength is { } length && length <= address.Width ? Prefix.Of(address, length) : Prefix.Host(address);
        return MatchResult.Depends($"{group} has more than {Limit} connections", negated: !IsAbove);
    }
}

/// <summary>Which counter of a connection is asked for.</summary>
public enum ConnectionCounter
{
    /// <summary>Packets.</summary>
    Packets,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>Bytes per packet.</summary>
    AveragePacket,
}

/// <summary>Which way's packets are counted.</summary>
public enum CountedDirection
{
    /// <summary>From the originator.</summary>
    Original,

    /// <summary>To the originator.</summary>
    Reply,

    /// <summary>Both ways.</summary>
    Both,
}

/// <summary>How much a connection has carried (<c>-m connbytes</c>); never holds without a connection.</summary>
/// <param name="Range">How much; without an upper end the last is the highest number there is.</param>
/// <param name="Counter">Of what.</param>
/// <param name="Direction">Which way.</param>
public sealed record ConnectionBytesMatch(Negatable<NumberRange> Range, ConnectionCounter Counter, CountedDirection Direction) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        if (!packet.HasConnection)
        {
            return MatchResult.No;
        }

        var unit = Counter switch { ConnectionCounter.Packets => "packets", ConnectionCounter.Bytes => "bytes", _ => "bytes per packet" };
        var amount = Range.Value.Last == ulong.MaxValue ? $"{Range.Value.First} or more" : $"{Range.Value.First} to {Range.Value.Last}";
        var way = Direction switch { CountedDirection.Original => "from its originator", CountedDirection.Reply => "to its originator", _ => "both ways" };
        return MatchResult.Depends($"its connection has carried {amount} {unit} {way}", Range.Inverted);
    }
}
