using Sluice.Net;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>What routing says of a packet's addresses (net/ipv4/netfilter/nft_fib_ipv4.c and its sibling), from the snapshot's addresses and routes.</summary>
internal static class FibValues
{
    public static NftReading Read(NftExpression.Fib fib, TracedPacket packet)
    {
        var isSource = fib.Lookup.Contains("saddr");
        if (isSource ? packet.IsSourceUnknown : packet.IsDestinationUnknown)
        {
            return NftReading.Open(NftPhrases.Of(fib), fib.Type);
        }

        var device = fib.Lookup.Contains("iif") ? packet.InInterface : fib.Lookup.Contains("oif") ? packet.OutInterface : "";
        return device is null ? NftReading.Open($"{NftPhrases.Of(fib)}", fib.Type)
            : fib.Result == "type" ? TypeOf(fib, packet, isSource ? packet.Source : packet.Destination, device)
            : WayTo(fib, packet, isSource, device);
    }

    private static NftReading TypeOf(NftExpression.Fib fib, TracedPacket packet, NetAddress address, string device)
    {
        var isLocal = packet.Node.IsLocal(address) && (device.Length == 0 || packet.OwnedBy(address, device));
        var type = packet.Family == IPFamily.IPv4
            ? IPv4Type(packet, address, isLocal)
            : IPv6Type(packet, address, isLocal);
        return type is { } known ? Number((ulong)known, fib.Type) : NftReading.Open(NftPhrases.Of(fib), fib.Type);
    }

    // inet_dev_addr_type asks the local table only.
    private static KernelRouteType? IPv4Type(TracedPacket packet, NetAddress address, bool isLocal) =>
        address.Bits >> 24 == 0 || address == NetAddress.V4(uint.MaxValue) ? KernelRouteType.Broadcast
        : address.IsMulticast ? KernelRouteType.Multicast
        : isLocal ? KernelRouteType.Local
        : packet.Node.IsBroadcast(address) ? KernelRouteType.Broadcast
        : KernelRouteType.Unicast;

    // For IPv6 the kernel asks the routes too: where none leads, the address is unreachable, not unicast.
    private static KernelRouteType? IPv6Type(TracedPacket packet, NetAddress address, bool isLocal)
    {
        if (isLocal)
        {
            return KernelRouteType.Local;
        }

        if (packet.Node.Routing is { } routing && !address.IsMulticast)
        {
            var route = routing.Lookup(new RouteQuery(address) { Interfaces = packet.Node.Interfaces, InInterface = "lo" });
            if (route.IsAmbiguous || route.IsUnknown)
            {
                return null;
            }

            switch (route.Type)
            {
                case RouteType.Anycast:
                    return KernelRouteType.Anycast;
                case RouteType.Blackhole:
                    return KernelRouteType.Blackhole;
                case RouteType.Prohibit:
                    return KernelRouteType.Prohibit;
                case RouteType.Unreachable:
                    return KernelRouteType.Unreachable;
                default:
                    break;
            }
        }

        return address.IsMulticast ? KernelRouteType.Multicast
            : address.IsUnspecified ? KernelRouteType.Unspecified
            : KernelRouteType.Unicast;
    }

    // The interface by which routing reaches the address; with iif or oif only that one, or none.
    private static NftReading WayTo(NftExpression.Fib fib, TracedPacket packet, bool isSource, string device)
    {
        if (packet is { Hook: Hook.Prerouting, InInterface: "lo" })
        {
            return Interface(fib, packet, "lo");
        }

        if (packet.Node.Routing is not { } routing)
        {
            return NftReading.Open(NftPhrases.Of(fib), fib.Type);
        }

        var (to, from) = isSource ? (packet.Source, packet.Destination) : (packet.Destination, packet.Source);
        var route = routing.Lookup(new RouteQuery(to)
        {
            Source = from.IsUnspecified || packet.IsSourceUnknown || packet.IsDestinationUnknown ? null : from,
            Mark = fib.Lookup.Contains("mark") ? packet.Mark : 0,
            InInterface = "lo",
            Interfaces = packet.Node.Interfaces,
        });
        if (route.IsAmbiguous || route.IsUnknown)
        {
            return NftReading.Open(NftPhrases.Of(fib), fib.Type);
        }

        var isRouted = route.Type is RouteType.Unicast or RouteType.Broadcast or RouteType.Multicast && route.Hops.Count > 0;
        var found = !isRouted ? ""
            : device.Length == 0 ? route.Interface
            : route.Hops.Any(h => h.Interface == device) ? device
            : "";
        return found is null ? NftReading.Open(NftPhrases.Of(fib), fib.Type) : Interface(fib, packet, found);
    }

    private static NftReading Interface(NftExpression.Fib fib, TracedPacket packet, string name) => fib.Result switch
    {
        "check" => Number(name.Length > 0 ? 1UL : 0, fib.Type),
        "oifname" => NftReading.Of(NftValue.OfText(name, NftInterface.NameLength)),
        _ when fib.Type.Bytes == NftInterface.NameLength => NftReading.Of(NftValue.OfText(name, NftInterface.NameLength)),
        _ when name.Length == 0 => Number(0, fib.Type),
        _ when NftInterface.IndexOf(packet.Node, name) is > 0 and var index => Number((ulong)index, fib.Type),
        _ => NftReading.Open(NftPhrases.Of(fib), fib.Type),
    };

    private static NftReading Number(ulong number, NftType type) => NftReading.Of(NftValue.Of(number, type.Bits));

    // RTN_* (linux/rtnetlink.h).
    private enum KernelRouteType
    {
        Unspecified = 0,
        Unicast = 1,
        Local = 2,
        Broadcast = 3,
        Anycast = 4,
        Multicast = 5,
        Blackhole = 6,
        Unreachable = 7,
        Prohibit = 8,
    }
}
