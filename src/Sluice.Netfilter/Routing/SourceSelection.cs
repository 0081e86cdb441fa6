using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>The source address of a packet that has none.</summary>
internal static class SourceSelection
{
    /// <summary>inet_select_addr of net/ipv4/devinet.c, without route_localnet.</summary>
    public static NetAddress? SelectV4(InterfaceTable table, string name, NetAddress near, AddressScope scope)
    {
        NetAddress? first = null;
        foreach (var address in PrimaryV4(table.Find(name)))
        {
            if (address.Scope > scope)
            {
                continue;
            }

            if (near.IsUnspecified || address.Network.Contains(near))
            {
                return address.Address;
            }

            first ??= address.Address;
        }

        return first ?? OfAnyInterface(table, scope);
    }

    /// <summary>ipv6_dev_get_saddr of net/ipv6/addrconf.c: RFC 6724 without home addresses.</summary>
    public static NetAddress? SelectV6(InterfaceTable table, string name, NetAddress destination)
    {
        var onlyOutgoing = destination.IsMulticast || destination.IsLinkLocal;
        (NetAddress Address, int[] Score)? best = null;
        foreach (var netInterface in table.Interfaces)
        {
            if (!netInterface.IsUp || (onlyOutgoing && netInterface.Name != name))
            {
                continue;
            }

            foreach (var address in netInterface.Addresses)
            {
                if (address.Address.Family != IPFamily.IPv6 || address.IsTentative)
                {
                    continue;
                }

                var score = Score(address, destination, netInterface.Name == name);
                if (best is null || IsBetter(score, best.Value.Score))
                {
                    best = (address.Address, score);
                }
            }
        }

        return best?.Address;
    }

    private static IEnumerable<InterfaceAddress> PrimaryV4(NetInterface? netInterface) =>
        (netInterface?.Addresses ?? []).Where(a => a.Address.Family == IPFamily.IPv4 && !a.IsSecondary);

    private static NetAddress? OfAnyInterface(InterfaceTable table, AddressScope scope) =>
        table.Interfaces
            .Where(i => i.IsUp || i.Addresses.Count > 0)
            .SelectMany(i => PrimaryV4(i))
            .FirstOrDefault(a => a.Scope != AddressScope.Link && a.Scope <= scope)?.Address;

    // One number per rule, in their order; the first that differs decides.
    private static int[] Score(InterfaceAddress address, NetAddress destination, bool isOutgoing)
    {
        var source = address.Address;
        var (scope, wanted) = (Scope(source), Scope(destination));
        var same = 128 - Width(source.Bits ^ destination.Bits);
        return
        [
            source == destination ? 1 : 0,
            scope >= wanted ? -scope : scope - 128,
            address.IsDeprecated ? 0 : 1,
            isOutgoing ? 1 : 0,
            Label(source) == Label(destination) ? 1 : 0,
            address.IsSecondary ? 0 : 1,
            Math.Min(same, address.PrefixLength),
        ];
    }

    private static bool IsBetter(int[] score, int[] than)
    {
        for (var i = 0; i < score.Length; i++)
        {
            if (score[i] != than[i])
            {
                return score[i] > than[i];
            }
        }

        return false;
    }

    private static int Width(UInt128 bits) => 128 - (int)UInt128.LeadingZeroCount(bits);

    private static int Scope(NetAddress address) =>
        address.IsMulticast ? (int)(address.Bits >> 112) & 15 :
        address.IsLinkLocal || address.IsLoopback ? 2 :
        address.Bits >> 118 == 0x3fb ? 5 : 14;

    // The kernel's default policy table (net/ipv6/addrlabel.c).
    private static int Label(NetAddress address)
    {
        var bits = address.Bits;
        return bits == 1 ? 0 :
            bits >> 32 == 0xffff ? 4 :
            bits >> 32 == 0 ? 3 :
            bits >> 100 == 0x2001001 ? 7 :
            bits >> 96 == 0x20010000 ? 6 :
            bits >> 112 == 0x2002 ? 2 :
            bits >> 121 == 0x7e ? 5 : 1;
    }
}
