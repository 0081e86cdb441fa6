using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>Virtual and real servers by chance, of every kind that IPVS takes.</summary>
/// <param name="random">Decides.</param>
internal sealed class RandomServers(Random random)
{
    private static readonly L4Protocol[] s_protocols = [L4Protocol.Tcp, L4Protocol.Udp, L4Protocol.Sctp];
    private static readonly string[] s_schedulers = ["rr", "wrr", "lc", "wlc", "sh", "mh", "sed", "nq", "dh"];

    public IpvsTable Table() => new(Enumerable.Range(0, random.Next(1, 15)).Select(_ => Server()).DistinctBy(s => s.Key).ToEquatableArray());

    private VirtualServer Server()
    {
        var family = Chance() ? IPFamily.IPv4 : IPFamily.IPv6;
        var protocol = s_protocols[random.Next(s_protocols.Length)];
        var isMark = random.Next(6) == 0;
        var scheduler = s_schedulers[random.Next(s_schedulers.Length)];
        var persists = Chance();
        VirtualServerKey key = isMark
            ? new VirtualServerKey.Mark(family, (uint)random.Next(1, int.MaxValue))
            : new VirtualServerKey.Address(protocol, Address(family, 96), persists && random.Next(5) == 0 ? 0 : random.Next(1, 65536));
        return new VirtualServer(key)
        {
            Scheduler = scheduler,
            SchedulerFlags = scheduler is "sh" or "mh" && Chance() ? SchedulerFlags.First | SchedulerFlags.Second : SchedulerFlags.None,
            PersistenceSeconds = persists ? random.Next(1, 86401) : null,
            PersistencePrefixLength = persists && random.Next(3) == 0 ? random.Next(8, 32) : null,
            SchedulesEachPacket = !persists && !isMark && protocol == L4Protocol.Udp && random.Next(4) == 0,
            RealServers = Enumerable.Range(0, random.Next(0, 6)).Select(_ => Real(family, key)).DistinctBy(r => (r.Address, r.Port)).ToEquatableArray(),
        };
    }

    private RealServer Real(IPFamily family, VirtualServerKey key)
    {
        var upper = random.Next(4) == 0 ? (uint)random.Next(10, 1000) : 0;
        var hasPort = key is not VirtualServerKey.Address { Port: 0 } and not VirtualServerKey.Mark;

        // Only masquerading changes the port; IPVS takes that of the virtual server otherwise.
        return new RealServer(Address(family, 244), hasPort ? ((VirtualServerKey.Address)key).Port : 0)
        {
            Method = random.Next(6) switch { 0 => ForwardingMethod.DirectRouting, 1 => ForwardingMethod.Tunneling, _ => ForwardingMethod.Masquerading },
            Weight = random.Next(4) == 0 ? 0 : random.Next(1, 65536),
            UpperThreshold = upper,
            LowerThreshold = upper == 0 ? 0 : (uint)random.Next(0, 10),
        };
    }

    private NetAddress Address(IPFamily family, int net) => family == IPFamily.IPv4
        ? NetAddress.V4((uint)((10 << 24) | (net << 16) | random.Next(1, 65535)))
        : NetAddress.V6(((UInt128)0xfd00 << 112) | ((UInt128)(uint)net << 96) | (uint)random.Next(1, 65535));

    private bool Chance() => random.Next(2) == 0;
}
