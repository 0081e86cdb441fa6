using Sluice.Net;
using Sluice.Netfilter.Ipsets;

namespace Sluice.KernelTests.Netlink;

/// <summary>Sets of the types that the proxy uses and some others, with options and entries by chance.</summary>
/// <param name="random">Decides.</param>
/// <param name="types">The types to choose from.</param>
internal sealed class RandomSets(Random random, IReadOnlyList<IpSetType> types)
{
    /// <summary>Types that sets may have.</summary>
    public static IReadOnlyList<IpSetType> Types { get; } =
    [
        IpSetType.HashIP, IpSetType.HashIPPort, IpSetType.HashIPPortIP, IpSetType.HashIPPortNet, IpSetType.BitmapPort,
        new(IpSetMethod.Bitmap, [IpSetDimension.IP]), new(IpSetMethod.Hash, [IpSetDimension.Net]), new(IpSetMethod.Hash, [IpSetDimension.IP, IpSetDimension.Mark]),
        new(IpSetMethod.Hash, [IpSetDimension.Net, IpSetDimension.Iface]), new(IpSetMethod.Hash, [IpSetDimension.Mac]),
    ];

    /// <summary>A set of a type, with what every set of it must have.</summary>
    public static IpSet Empty(string name, IpSetType type) => new(name, type)
    {
        Family = type.Dimensions[0] is IpSetDimension.Port or IpSetDimension.Mac ? null : IPFamily.IPv4,
        Range = type.Method == IpSetMethod.Hash ? null : type.Dimensions[0] == IpSetDimension.Port ? (Port(0), Port(65535)) : (Address("10.0.0.0"), Address("10.0.255.255")),
    };

    /// <summary>Some sets, and a list of them.</summary>
    public IpSetTable Table()
    {
        var sets = Enumerable.Range(0, random.Next(1, 6)).Select(i => Set($"set-{i}")).ToList();
        var list = new IpSet("list", new IpSetType(IpSetMethod.List, []))
        {
            MaxEntries = 8,
            Entries = sets.Select(s => new IpSetEntry([new IpSetValue.Member(s.Name)])).ToEquatableArray(),
        };
        return new IpSetTable(sets.Append(list).ToEquatableArray());
    }

    private IpSet Set(string name)
    {
        var type = types[random.Next(types.Count)];
        var isHash = type.Method == IpSetMethod.Hash;
        var empty = Empty(name, type);
        var set = empty with
        {
            Family = isHash && empty.Family is not null && Chance() ? IPFamily.IPv6 : empty.Family,
            HashSize = isHash ? 64u << random.Next(4) : null,
            MaxEntries = isHash ? (uint)random.Next(1000, 5000000) : null,
            Timeout = random.Next(4) == 0 ? 0u : null,
            HasCounters = Chance(),
            HasComments = Chance(),
            HasPacketInfo = random.Next(4) == 0,
            ReplacesWhenFull = isHash && random.Next(4) == 0,
        };
        return set with { Entries = Enumerable.Range(0, random.Next(0, 60)).Select(_ => Entry(set)).DistinctBy(e => e.Values).ToEquatableArray() };
    }

    private IpSetEntry Entry(IpSet set) => new(set.Type.Dimensions.Select(d => Value(set, d)).ToEquatableArray())
    {
        Comment = set.HasComments && Chance() ? $"default/service-{random.Next(1000)}:http" : null,
        Timeout = set.Timeout is null ? null : 0u,
        Counters = set.HasCounters ? new Netfilter.Rules.RuleCounters((ulong)random.Next(5), (ulong)random.NextInt64(1L << 40)) : null,
        PacketMark = set.HasPacketInfo && Chance() ? ((uint)random.Next(1, 1 << 20), 0xff00ff) : null,
        PacketPriority = set.HasPacketInfo && Chance() ? (1u << 16) | 10 : null,
        PacketQueue = set.HasPacketInfo && Chance() ? (ushort)random.Next(1, 100) : null,
    };

    private IpSetValue Value(IpSet set, IpSetDimension dimension) => dimension switch
    {
        IpSetDimension.IP when set.Type.Method == IpSetMethod.Bitmap => Address($"10.0.{random.Next(256)}.{random.Next(256)}"),
        IpSetDimension.IP => Address(set.Family == IPFamily.IPv4 ? $"10.96.{random.Next(256)}.{random.Next(256)}" : $"fd00:96::{random.Next(1, 65536):x}"),
        IpSetDimension.Net => new IpSetValue.Network(set.Family == IPFamily.IPv4
            ? Prefix.Of(NetAddress.V4((uint)random.Next()), random.Next(1, 33))
            : Prefix.Of(NetAddress.V6(((UInt128)0xfd00 << 112) | ((UInt128)random.NextInt64() << 40)), random.Next(8, 129))),
        IpSetDimension.Port when set.Type.Method == IpSetMethod.Bitmap => Port(random.Next(65536)),
        IpSetDimension.Port => new IpSetValue.Port(random.Next(3) switch { 0 => L4Protocol.Tcp, 1 => L4Protocol.Udp, _ => L4Protocol.Sctp }, random.Next(1, 65536)),
        IpSetDimension.Mac => new IpSetValue.HardwareAddress($"02:00:00:00:{random.Next(256):X2}:{random.Next(256):X2}"),
        IpSetDimension.Mark => new IpSetValue.Mark((uint)random.Next(1, int.MaxValue)),
        IpSetDimension.Iface => new IpSetValue.Interface($"eth{random.Next(4)}", IsPhysical: Chance()),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private bool Chance() => random.Next(2) == 0;

    private static IpSetValue Address(string text) => new IpSetValue.Network(Prefix.Parse(text));

    private static IpSetValue Port(int number) => new IpSetValue.Port(null, number);
}
