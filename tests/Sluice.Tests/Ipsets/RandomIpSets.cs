using System.Globalization;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Rules;

namespace Sluice.Tests.Ipsets;

/// <summary>Makes random sets that a kernel takes, of all types and with all options; the same seed makes the same sets.</summary>
internal sealed class RandomIpSets(int seed)
{
    /// <summary>ipset's names of all types that a kernel may have.</summary>
    public static readonly string[] TypeNames =
    [
        "bitmap:ip", "bitmap:ip,mac", "bitmap:port", "hash:ip", "hash:mac", "hash:ip,mac", "hash:ip,mark", "hash:ip,port", "hash:ip,port,ip", "hash:ip,port,net",
        "hash:net", "hash:net,net", "hash:net,port", "hash:net,port,net", "hash:net,iface", "list:set",
    ];

    private static readonly string[] s_comments =
        ["default/web:http", "two  blanks", " it's \\ odd ", "<comment>a & b</comment>", "packets 5 bytes 6", "größer als 中文", "add x 10.0.0.1", "a,b;c|d$(e)", "…"];

    private readonly Random _random = new(seed);

    /// <summary>Whether sets have what only kernels since Linux 6.2 take.</summary>
    public bool HasNewOptions { get; init; } = true;

    /// <summary>One set of each type named, lists of sets last.</summary>
    public IpSetTable Make(IEnumerable<string> types)
    {
        var sets = new List<IpSet>();
        foreach (var type in types.OrderBy(t => t == "list:set"))
        {
            sets.Add(Make($"set-{sets.Count}.{type.Replace(':', '_').Replace(',', '-')}", IpSetType.Find(type)!, sets));
        }

        return new IpSetTable(sets.ToEquatableArray());
    }

    private IpSet Make(string name, IpSetType type, List<IpSet> others)
    {
        var isHash = type.Method == IpSetMethod.Hash;
        var set = new IpSet(name, type)
        {
            Family = !type.HasFamily ? null : isHash && OneIn(2) ? IPFamily.IPv6 : IPFamily.IPv4,
            HashSize = isHash && OneIn(2) ? 1u << _random.Next(6, 12) : null,
            MaxEntries = isHash && OneIn(2) ? (uint)_random.Next(1000, 100_000) : type.Method == IpSetMethod.List && OneIn(2) ? 40 : null,
            BucketSize = isHash && OneIn(3) ? (uint)_random.Next(2, 7) * 2 : null,
            InitialValue = isHash && OneIn(3) ? (uint)_random.Next() : null,
            MarkMask = type.Dimensions.Contains(IpSetDimension.Mark) && OneIn(2) ? 0xff00ff00 : null,
            Timeout = OneIn(3) ? OneIn(2) ? 0 : (uint)_random.Next(100_000, 2_000_000) : null,
            HasCounters = OneIn(2),
            HasComments = OneIn(2),
            HasPacketInfo = OneIn(2),
        };
        set = WithMask(set);
        set = set with { Range = RangeOf(set) };
        var entries = Enumerable.Range(0, _random.Next(type.Method == IpSetMethod.List ? 8 : 25)).Select(_ => Entry(set, others)).Where(e => e.Values.Count > 0).DistinctBy(e => e.Values).ToEquatableArray();
        return set with { Entries = entries };
    }

    private IpSet WithMask(IpSet set)
    {
        var hasMask = set.Type.ToString() is "bitmap:ip" or "hash:ip" || (HasNewOptions && set.Type.ToString() is "hash:ip,port");
        if (!hasMask || OneIn(2))
        {
            return set;
        }

        return HasNewOptions && set.Type.Method == IpSetMethod.Hash && OneIn(2)
            ? set with { Bitmask = NetAddress.Parse(set.Family == IPFamily.IPv4 ? "255.0.255.0" : "ffff:0:ffff::ff") }
            : set with { NetmaskLength = set.Family == IPFamily.IPv4 ? 24 : 64 };
    }

    private static (IpSetValue First, IpSetValue Last)? RangeOf(IpSet set) =>
        set.Type.Method != IpSetMethod.Bitmap ? null
        : set.Type.Dimensions[0] == IpSetDimension.Port ? (new IpSetValue.Port(null, 1000), new IpSetValue.Port(null, 40_000))
        : (Host("10.1.0.0"), Host("10.1.255.255"));

    private IpSetEntry Entry(IpSet set, List<IpSet> others)
    {
        var hasNets = set.Type.Dimensions.Contains(IpSetDimension.Net);
        return new IpSetEntry(set.Type.Method == IpSetMethod.List ? Member(others) : Values(set))
        {
            IsExcluded = hasNets && OneIn(4),
            Timeout = set.Timeout is not null && OneIn(2) ? (uint)_random.Next(100_000, 2_000_000) : null,
            Counters = set.HasCounters ? new RuleCounters((ulong)_random.NextInt64(), (ulong)_random.NextInt64()) : null,
            Comment = set.HasComments && OneIn(2) ? s_comments[_random.Next(s_comments.Length)] : null,
            PacketMark = set.HasPacketInfo && OneIn(2) ? ((uint)_random.Next(1, 1000), OneIn(2) ? uint.MaxValue : 0xff) : null,
            PacketPriority = set.HasPacketInfo && OneIn(2) ? (uint)_random.Next(1, int.MaxValue) : null,
            PacketQueue = set.HasPacketInfo && OneIn(2) ? (ushort)_random.Next(1, 65536) : null,
        };
    }

    private EquatableArray<IpSetValue> Member(List<IpSet> others) => others.Count == 0 ? [] : [new IpSetValue.Member(others[_random.Next(others.Count)].Name)];

    private EquatableArray<IpSetValue> Values(IpSet set)
    {
        var values = set.Type.Dimensions.Select(d => Value(set, d)).ToList();
        var isOpen = set.Type.Method == IpSetMethod.Bitmap && values.Count == 2 && OneIn(3);
        return (isOpen ? values.Take(1) : values).ToEquatableArray();
    }

    private IpSetValue Value(IpSet set, IpSetDimension dimension) => dimension switch
    {
        IpSetDimension.IP => new IpSetValue.Network(Prefix.Host(Masked(set, Address(set)))),
        IpSetDimension.Net => new IpSetValue.Network(Prefix.Of(Address(set), OneIn(3) ? Address(set).Width : _random.Next(1, Address(set).Width))),
        IpSetDimension.Port when set.Type.Method == IpSetMethod.Bitmap => new IpSetValue.Port(null, _random.Next(1000, 40_001)),
        IpSetDimension.Port => Port(set.Family == IPFamily.IPv6),
        IpSetDimension.Mac => new IpSetValue.HardwareAddress(string.Create(CultureInfo.InvariantCulture, $"02:AA:0B:00:{_random.Next(256):X2}:{_random.Next(1, 256):X2}")),
        IpSetDimension.Mark => new IpSetValue.Mark((uint)_random.Next(1, int.MaxValue) & (set.MarkMask ?? uint.MaxValue)),
        IpSetDimension.Iface => new IpSetValue.Interface($"eth{_random.Next(4)}", OneIn(3), OneIn(3)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private IpSetValue.Port Port(bool isV6)
    {
        var protocol = _random.Next(7) switch
        {
            0 => L4Protocol.Udp,
            1 => L4Protocol.Sctp,
            2 => new L4Protocol(136),
            3 => new L4Protocol(47),
            4 => isV6 ? L4Protocol.IcmpV6 : L4Protocol.Icmp,
            5 => new L4Protocol(99),
            _ => L4Protocol.Tcp,
        };
        return new IpSetValue.Port(protocol, protocol.IsIcmp ? (_random.Next(15) << 8) | _random.Next(5) : protocol.HasPorts ? _random.Next(1, 65536) : 0);
    }

    private NetAddress Address(IpSet set) => set.Type.Method == IpSetMethod.Bitmap
        ? NetAddress.V4(0x0a010000 | (uint)_random.Next(65536))
        : set.Family == IPFamily.IPv6
            ? NetAddress.V6(((UInt128)0xfd000000_00000000 << 64) | ((UInt128)(ulong)_random.NextInt64() << (OneIn(2) ? 0 : 60)) | 1)
            : NetAddress.V4((uint)_random.NextInt64(0x01000000, 0xe0000000));

    private static NetAddress Masked(IpSet set, NetAddress address) =>
        set.Bitmask is { } mask ? Prefix.WithMask(address, mask.Bits).Address
        : set.NetmaskLength is { } length ? Prefix.Of(address, length).Address
        : address;

    private static IpSetValue.Network Host(string address) => new(Prefix.Host(NetAddress.Parse(address)));

    private bool OneIn(int count) => _random.Next(count) == 0;
}
