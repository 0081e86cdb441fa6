using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Rules.Expressions;

/// <summary>Where in a packet a field is counted from (NFT_PAYLOAD_*).</summary>
public enum PayloadBase
{
    /// <summary>The link layer's header (<c>@ll</c>).</summary>
    Link,

    /// <summary>The IP header (<c>@nh</c>).</summary>
    Network,

    /// <summary>The header above IP (<c>@th</c>).</summary>
    Transport,

    /// <summary>What the transport carries (<c>@ih</c>).</summary>
    Inner,
}

/// <summary>A field of a protocol's header (nft's src/proto.c).</summary>
/// <param name="Protocol">In nft's words: <c>ip</c>, <c>ip6</c>, <c>tcp</c>, <c>udp</c>, <c>th</c>, <c>icmp</c>, <c>ether</c>, ...; <c>@nh</c> and its like for bits without a name.</param>
/// <param name="Name">In nft's words: <c>saddr</c>, <c>dport</c>, ...; for bits without a name <c>offset,length</c>; for an extension header or TCP option its own.</param>
/// <param name="Base">Where it is counted from.</param>
/// <param name="OffsetBits">Where it begins.</param>
/// <param name="Type">What it means and how wide it is.</param>
public sealed record PayloadField(string Protocol, string Name, PayloadBase Base, int OffsetBits, NftType Type)
{
    /// <summary>IPv4 source address.</summary>
    public static readonly PayloadField IPv4Source = new("ip", "saddr", PayloadBase.Network, 96, NftType.IPv4Address);

    /// <summary>IPv4 destination address.</summary>
    public static readonly PayloadField IPv4Destination = new("ip", "daddr", PayloadBase.Network, 128, NftType.IPv4Address);

    /// <summary>IPv6 source address.</summary>
    public static readonly PayloadField IPv6Source = new("ip6", "saddr", PayloadBase.Network, 64, NftType.IPv6Address);

    /// <summary>IPv6 destination address.</summary>
    public static readonly PayloadField IPv6Destination = new("ip6", "daddr", PayloadBase.Network, 192, NftType.IPv6Address);

    /// <summary>Source port of whatever transport.</summary>
    public static readonly PayloadField TransportSource = new("th", "sport", PayloadBase.Transport, 0, NftType.InetService);

    /// <summary>Destination port of whatever transport.</summary>
    public static readonly PayloadField TransportDestination = new("th", "dport", PayloadBase.Transport, 16, NftType.InetService);

    /// <summary>As <c>nft</c> writes it: <c>ip saddr</c>, <c>@nh,96,32</c>.</summary>
    public override string ToString() => Protocol.StartsWith('@') ? $"{Protocol},{Name}" : $"{Protocol} {Name}";
}
