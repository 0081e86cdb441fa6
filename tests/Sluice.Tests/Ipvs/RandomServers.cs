using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Tests.Ipvs;

/// <summary>Makes random virtual servers with all options; the same seed makes the same ones.</summary>
internal sealed class RandomServers(int seed)
{
    private static readonly string[] s_schedulers = ["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "dh", "sed", "nq", "fo", "ovf", "mh"];

    private readonly Random _random = new(seed);

    public IpvsTable Make() =>
        new(Enumerable.Range(0, _random.Next(1, 12)).Select(_ => Server()).DistinctBy(s => s.Key).ToEquatableArray());

    private VirtualServer Server()
    {
        var family = OneIn(2) ? IPFamily.IPv4 : IPFamily.IPv6;
        var isPersistent = OneIn(2);
        L4Protocol[] protocols = [L4Protocol.Tcp, L4Protocol.Udp, L4Protocol.Sctp];
        var protocol = protocols[_random.Next(3)];
        VirtualServerKey key = OneIn(4)
            ? new VirtualServerKey.Mark(family, (uint)_random.NextInt64(1, 1L << 32))
            : new VirtualServerKey.Address(protocol, Address(family), isPersistent && OneIn(4) ? 0 : _random.Next(1, 65536));
        return new VirtualServer(key)
        {
            Scheduler = s_schedulers[_random.Next(s_schedulers.Length)],
            SchedulerFlags = (SchedulerFlags)(_random.Next(8) << 3),
            PersistenceSeconds = isPersistent ? _random.Next(1, 100_000) : null,
            PersistencePrefixLength = isPersistent && OneIn(2) ? _random.Next(1, family == IPFamily.IPv4 ? 32 : 128) : null,
            PersistenceEngine = isPersistent && OneIn(4) ? "sip" : null,
            SchedulesEachPacket = OneIn(4),
            RealServers = Enumerable.Range(0, _random.Next(6)).Select(_ => Real(family)).DistinctBy(r => (r.Address, r.Port)).ToEquatableArray(),
        };
    }

    private RealServer Real(IPFamily family)
    {
        ForwardingMethod[] methods = [ForwardingMethod.Masquerading, ForwardingMethod.Tunneling, ForwardingMethod.DirectRouting];
        var method = methods[_random.Next(3)];
        var isTunnel = method == ForwardingMethod.Tunneling;
        return new RealServer(Address(isTunnel && OneIn(3) ? IPFamily.IPv4 : family), _random.Next(65536))
        {
            Method = method,
            Tunnel = !isTunnel || OneIn(3) ? null
                : OneIn(2) ? new TunnelEncapsulation(TunnelKind.Gre) { Checksum = (TunnelChecksum)_random.Next(2) }
                : new TunnelEncapsulation(TunnelKind.Gue) { Port = _random.Next(1, 65536), Checksum = (TunnelChecksum)_random.Next(3) },
            Weight = OneIn(3) ? _random.Next() : _random.Next(4),
            UpperThreshold = OneIn(3) ? (uint)_random.Next(65536) : 0,
            LowerThreshold = OneIn(3) ? (uint)_random.Next(65536) : 0,
        };
    }

    private NetAddress Address(IPFamily family) => family == IPFamily.IPv4
        ? NetAddress.V4((uint)_random.NextInt64(1, 0xe0000000))
        : NetAddress.V6(((UInt128)0xfd000000_00000000 << 64) | ((UInt128)(ulong)_random.NextInt64() << (OneIn(2) ? 0 : 60)));

    private bool OneIn(int count) => _random.Next(count) == 0;
}
