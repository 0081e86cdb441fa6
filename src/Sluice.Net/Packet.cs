namespace Sluice.Net;

/// <summary>Where a packet enters the node.</summary>
public enum PacketEntry
{
    /// <summary>It arrives on an interface.</summary>
    Network,

    /// <summary>A program of this node sends it.</summary>
    Local,
}

/// <summary>A packet as a question describes it. What is null is not said: rules that ask for it fork the answer.</summary>
/// <param name="Protocol">The protocol above IP.</param>
/// <param name="Source">The source address.</param>
/// <param name="Destination">The destination address, of the same family.</param>
public sealed record Packet(L4Protocol Protocol, NetAddress Source, NetAddress Destination)
{
    /// <summary>The address family.</summary>
    public IPFamily Family => Destination.Family;

    /// <summary>Source port, 0 to 65535; null for protocols without ports.</summary>
    public int? SourcePort { get; init; }

    /// <summary>Destination port, 0 to 65535; null for protocols without ports.</summary>
    public int? DestinationPort { get; init; }

    /// <summary>What connection tracking will find: New, Established, Related, Invalid or Untracked.</summary>
    public ConnectionState State { get; init; } = ConnectionState.New;

    /// <summary>Where it enters.</summary>
    public PacketEntry Entry { get; init; }

    /// <summary>The interface it arrives on; null when unknown or local.</summary>
    public string? InInterface { get; init; }

    /// <summary>The packet mark at entry.</summary>
    public uint Mark { get; init; }

    /// <summary>ICMP or ICMPv6 type, 0 to 255.</summary>
    public int? IcmpType { get; init; }

    /// <summary>ICMP or ICMPv6 code, 0 to 255.</summary>
    public int? IcmpCode { get; init; }

    /// <summary>TCP flags; a new connection's first packet is SYN.</summary>
    public TcpFlags? TcpFlags { get; init; }

    /// <summary>Time to live or hop limit when it enters, 0 to 255.</summary>
    public int? Ttl { get; init; }

    /// <summary>The length of the IP packet with its header, in bytes.</summary>
    public int? Length { get; init; }

    /// <summary>The TOS octet or traffic class: DSCP in the upper six bits.</summary>
    public int? Tos { get; init; }
}
