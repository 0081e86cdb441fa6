using System.Collections.Frozen;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Catalog;

/// <summary>
/// The data types of nftables by name (nft's src/datatype.c). Interfaces are held by name even where the kernel holds an index:
/// a dump shows names, and indexes mean something on one node only.
/// </summary>
public static class NftTypes
{
    /// <summary>The number of a type that is only a number.</summary>
    public const int IntegerId = 4;

    /// <summary>A netfilter family: 2 for IPv4, 10 for IPv6.</summary>
    public static readonly NftType NetfilterProtocol = new("nf_proto", 8, 2);

    /// <summary>A name of at most 15 bytes that is no interface's: a helper, an operating system.</summary>
    public static readonly NftType Text = new("string", 128, 5);

    /// <summary>A hardware address.</summary>
    public static readonly NftType EthernetAddress = new("ether_addr", 48, 9);

    /// <summary>The protocol that a frame carries.</summary>
    public static readonly NftType EthernetType = new("ether_type", 16, 10);

    /// <summary>The flags of TCP.</summary>
    public static readonly NftType TcpFlag = new("tcp_flag", 8, 15);

    /// <summary>A time span, in milliseconds.</summary>
    public static readonly NftType Time = new("time", 32, 18, IsHostEndian: true);

    /// <summary>An interface, whose index the kernel holds; its name here.</summary>
    public static readonly NftType InterfaceIndex = new("iface_index", 128, 20);

    /// <summary>The class of traffic control (<c>meta priority</c>): major and minor, 16 bits each.</summary>
    public static readonly NftType ClassId = new("classid", 32, 23, IsHostEndian: true);

    /// <summary>The state of a connection, a bit each.</summary>
    public static readonly NftType ConnectionState = new("ct_state", 32, 26, IsHostEndian: true);

    /// <summary>The direction along a connection.</summary>
    public static readonly NftType ConnectionDirection = new("ct_dir", 8, 27);

    /// <summary>The status bits of a connection.</summary>
    public static readonly NftType ConnectionStatus = new("ct_status", 32, 28, IsHostEndian: true);

    /// <summary>The labels of a connection, a bit each.</summary>
    public static readonly NftType ConnectionLabel = new("ct_label", 128, 30, IsHostEndian: true);

    /// <summary>What a routing lookup says of an address.</summary>
    public static readonly NftType AddressType = new("fib_addrtype", 32, 38, IsHostEndian: true);

    /// <summary>Whether something is there: 1 or 0.</summary>
    public static readonly NftType Boolean = new("boolean", 1, 39);

    /// <summary>Events of a connection, a bit each.</summary>
    public static readonly NftType ConnectionEvent = new("ct_event", 32, 40, IsHostEndian: true);

    /// <summary>An interface's name.</summary>
    public static readonly NftType InterfaceName = new("ifname", 128, 41);

    /// <summary>A date and time, in nanoseconds since 1970 (UTC).</summary>
    public static readonly NftType Date = new("time", 64, 43, IsHostEndian: true);

    /// <summary>A time of the day, in seconds since midnight.</summary>
    public static readonly NftType Hour = new("hour", 32, 44, IsHostEndian: true);

    /// <summary>A day of the week, from 0 for Sunday.</summary>
    public static readonly NftType Day = new("day", 8, 45);

    /// <summary>The path of a control group, whose id the kernel holds; its name here, at most 64 bytes.</summary>
    public static readonly NftType Path = new("cgroupsv2", 512, 46);

    private static readonly FrozenDictionary<string, NftType> s_byName = new NftType[]
    {
        NftType.Verdict, NetfilterProtocol, Integer(32, isHostEndian: true), Text, EthernetAddress, EthernetType, new("arp_op", 16, 11),
        NftType.IPv4Address, NftType.IPv6Address, NftType.InetProtocol, NftType.InetService, new("icmp_type", 8, 14), TcpFlag,
        new("dccp_pkttype", 4, 16), new("mh_type", 8, 17), Time, NftType.Mark, InterfaceIndex, new("iface_type", 16, 21, IsHostEndian: true),
        new("realm", 32, 22, IsHostEndian: true), ClassId, new("uid", 32, 24, IsHostEndian: true), new("gid", 32, 25, IsHostEndian: true),
        ConnectionState, ConnectionDirection, ConnectionStatus, new("icmpv6_type", 8, 29), ConnectionLabel, new("pkt_type", 8, 31),
        new("icmp_code", 8, 32), new("icmpv6_code", 8, 33), new("icmpx_code", 8, 34), new("devgroup", 32, 35, IsHostEndian: true),
        new("dscp", 6, 36), new("ecn", 2, 37), AddressType, Boolean, ConnectionEvent, InterfaceName, new("igmp_type", 8, 42), Hour, Day, Path,
    }.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<int, NftType> s_byId = s_byName.Values.Append(Date).ToFrozenDictionary(t => t.KernelId);

    /// <summary>The type of that name; null when nft has none. A number without a width has 32 bits.</summary>
    public static NftType? Find(string name) => s_byName.GetValueOrDefault(name);

    /// <summary>The type of a kernel's number; null when nft has none. A number without a width has 32 bits.</summary>
    internal static NftType? Find(int kernelId) => s_byId.GetValueOrDefault(kernelId);

    /// <summary>A number of some width.</summary>
    /// <param name="bits">The width in bits.</param>
    /// <param name="isHostEndian">Whether the kernel holds it in the machine's byte order: not what packets carry.</param>
    public static NftType Integer(int bits, bool isHostEndian = false) => new("integer", bits, IntegerId, isHostEndian);

    /// <summary>The type of a map to objects of the table: a counter's, quota's, limit's or helper's name.</summary>
    /// <param name="kind">The kind of the objects, in nft's words.</param>
    internal static NftType ObjectName(string kind) => new(kind, 0, 0);

    /// <summary>Whether each bit means something of its own, so that values without an operator ask for any of their bits.</summary>
    internal static bool IsBitmask(NftType type) => type.KernelId is 15 or 26 or 28 or 30 or 40;

    /// <summary>Whether nft writes the highest bits of such values as a prefix.</summary>
    internal static bool HasPrefixes(NftType type) => type.KernelId is 7 or 8 or 19;

    /// <summary>Whether values are names.</summary>
    internal static bool IsName(NftType type) => type.KernelId is 5 or 20 or 41 or 46;
}
