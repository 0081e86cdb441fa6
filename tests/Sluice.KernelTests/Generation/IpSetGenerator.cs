using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.KernelTests.Generation;

/// <summary>Random ipsets, their entries taken from packets so that they are found. Only types that one packet decides and every kernel has.</summary>
internal sealed class IpSetGenerator(Random random, IPFamily family, IReadOnlyList<Packet> packets)
{
    private const int MostSets = 8;
    private const int MostEntries = 8;

    private static readonly IpSetType[] s_types =
    [
        IpSetType.HashIP, IpSetType.HashIPPort, IpSetType.HashIPPortIP, IpSetType.HashIPPortNet, IpSetType.BitmapPort,
        Hash(IpSetDimension.Net), Hash(IpSetDimension.Net, IpSetDimension.Port), Hash(IpSetDimension.Net, IpSetDimension.Iface),
        new(IpSetMethod.Bitmap, [IpSetDimension.IP]),
    ];

    private static readonly IpSetType s_list = new(IpSetMethod.List, []);

    private readonly AddressPool _pool = AddressPool.Of(family);

    /// <summary>Some sets, and a list of some of them.</summary>
    public IpSetTable Next()
    {
        List<IpSet> sets = [.. Enumerable.Range(0, random.Between(3, MostSets)).Select(i => Set($"s{i}"))];
        var members = sets.Where(_ => random.Chance(0.4)).Select(s => new IpSetEntry([new IpSetValue.Member(s.Name)]));
        return new IpSetTable([.. sets, new IpSet("l", s_list) { Entries = [.. members] }]);
    }

    /// <summary>A match of the set, now and then with too few or too many ends.</summary>
    public static SetMatch Match(Random random, IpSet set) => new(
        set.Name, [.. Ends(random, set).Split(',').Select(e => e == "src" ? PacketEnd.Source : PacketEnd.Destination)], random.Chance(0.25))
    {
        ReturnsNoMatch = random.Chance(0.15),
    };

    /// <summary>From which ends a set's dimensions are taken: <c>src,dst</c>.</summary>
    public static string Ends(Random random, IpSet set)
    {
        if (set.Type.Method != IpSetMethod.List && random.Chance(0.7))
        {
            return string.Join(',', Favourite(set).Select(e => e == PacketEnd.Source ? "src" : "dst"));
        }

        var dimensions = set.Type.Method == IpSetMethod.List ? random.Between(1, 3) : set.Type.Dimensions.Count;
        var count = random.Chance(0.1) ? random.Between(1, 3) : dimensions;
        return string.Join(',', Enumerable.Range(0, count).Select(_ => random.Chance(0.5) ? "src" : "dst"));
    }

    // Most rules ask a set for the ends that most of its entries were taken from: else three dimensions would hardly ever fit.
    private static PacketEnd[] Favourite(IpSet set) => (set.Name[^1] % 3) switch
    {
        0 => [.. Enumerable.Repeat(PacketEnd.Destination, set.Type.Dimensions.Count)],
        1 => [.. new[] { PacketEnd.Destination, PacketEnd.Destination, PacketEnd.Source }.Take(set.Type.Dimensions.Count)],
        _ => [.. new[] { PacketEnd.Source, PacketEnd.Destination, PacketEnd.Destination }.Take(set.Type.Dimensions.Count)],
    };

    private IpSet Set(string name)
    {
        var type = random.Pick(s_types);
        if (type.Method == IpSetMethod.Bitmap && type != IpSetType.BitmapPort && family == IPFamily.IPv6)
        {
            type = IpSetType.HashIP;
        }

        var set = Shape(new IpSet(name, type));
        var entries = Enumerable.Range(0, random.Between(0, MostEntries)).Select(_ => Entry(set)).DistinctBy(e => e.Values);
        return set with { Entries = [.. entries.Where(e => IsInRange(set, e))] };
    }

    private IpSet Shape(IpSet set)
    {
        if (set.Type == IpSetType.BitmapPort)
        {
            return set with { Range = (new IpSetValue.Port(null, 0), new IpSetValue.Port(null, random.Chance(0.5) ? 65535 : 443)) };
        }

        if (set.Type.Method == IpSetMethod.Bitmap)
        {
            var network = _pool.Networks[0];
            var last = network.Address with { Bits = network.Address.Bits | (~network.Mask & uint.MaxValue) };
            return set with
            {
                Family = family,
                Range = (new IpSetValue.Network(Prefix.Host(network.Address)), new IpSetValue.Network(Prefix.Host(last))),
                NetmaskLength = random.Chance(0.3) ? 24 : null,
            };
        }

        return set with
        {
            Family = family,
            NetmaskLength = set.Type == IpSetType.HashIP && random.Chance(0.3) ? random.Pick<int>(family == IPFamily.IPv4 ? [8, 24, 30] : [32, 64, 120]) : null,
            HasPacketInfo = random.Chance(0.4),
        };
    }

    private IpSetEntry Entry(IpSet set)
    {
        var packet = random.Pick(packets);
        var mark = random.Pick(AddressPool.Marks);
        var ends = random.Chance(0.7) ? Favourite(set) : [.. set.Type.Dimensions.Select(_ => random.Chance(0.5) ? PacketEnd.Source : PacketEnd.Destination)];
        return new IpSetEntry([.. set.Type.Dimensions.Select((d, i) => Value(set, d, packet, ends[i]))])
        {
            IsExcluded = set.Type.Dimensions.Contains(IpSetDimension.Net) && random.Chance(0.3),
            PacketMark = set.HasPacketInfo && random.Chance(0.7) ? (mark, random.Pick([mark, uint.MaxValue, 0xffu | mark])) : null,
        };
    }

    private IpSetValue Value(IpSet set, IpSetDimension dimension, Packet packet, PacketEnd end) => dimension switch
    {
        IpSetDimension.IP => new IpSetValue.Network(Prefix.Host(Address(set, packet, end))),
        IpSetDimension.Net => new IpSetValue.Network(Network(Address(set, packet, end), allowsAny: set.Type.Dimensions.Contains(IpSetDimension.Iface))),
        IpSetDimension.Iface => new IpSetValue.Interface(random.Chance(0.5) && packet.InInterface is { } name ? name : random.Pick(AddressPool.Links), IsPhysical: false),
        _ when set.Type.Method == IpSetMethod.Bitmap => new IpSetValue.Port(null, Port(packet, end)),
        _ => packet.Protocol.IsIcmp
            ? new IpSetValue.Port(packet.Protocol, ((packet.IcmpType ?? 0) << 8) | (packet.IcmpCode ?? 0))
            : new IpSetValue.Port(random.Chance(0.8) ? packet.Protocol : L4Protocol.Tcp, Port(packet, end)),
    };

    // A netmask is the set's: the kernel keeps what it leaves.
    private NetAddress Address(IpSet set, Packet packet, PacketEnd end)
    {
        var address = random.Chance(0.1) ? random.Pick(_pool.All) : end == PacketEnd.Source ? packet.Source : packet.Destination;
        return set.NetmaskLength is { } length ? Prefix.Of(address, length).Address : address;
    }

    private Prefix Network(NetAddress address, bool allowsAny)
    {
        int[] lengths = family == IPFamily.IPv4 ? [8, 16, 24, 30, 32] : [16, 64, 120, 126, 128];
        return Prefix.Of(address, allowsAny && random.Chance(0.15) ? 0 : random.Pick(lengths));
    }

    private int Port(Packet packet, PacketEnd end) =>
        (random.Chance(0.1) ? null : end == PacketEnd.Source ? packet.SourcePort : packet.DestinationPort) ?? random.Pick(AddressPool.Ports);

    private static bool IsInRange(IpSet set, IpSetEntry entry) => set.Range is not var (first, last) || (first, last, entry.Values[0]) switch
    {
        (IpSetValue.Port low, IpSetValue.Port high, IpSetValue.Port port) => port.Number >= low.Number && port.Number <= high.Number,
        (IpSetValue.Network low, IpSetValue.Network high, IpSetValue.Network value) =>
            value.Prefix.Address.Bits >= low.Prefix.Address.Bits && value.Prefix.Address.Bits <= high.Prefix.Address.Bits,
        _ => true,
    };

    private static IpSetType Hash(params IpSetDimension[] dimensions) => new(IpSetMethod.Hash, [.. dimensions]);
}
