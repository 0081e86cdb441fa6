using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>Reads translations of addresses (<c>nat</c>, <c>masq</c>, <c>redir</c>).</summary>
/// <param name="registers">The rule's registers.</param>
internal sealed class NatDecoder(RegisterFile registers)
{
    private const uint Netmap = 64;

    /// <summary>Reads a translation; null when what it translates to is not known.</summary>
    internal Verdict? Read(string name, Attributes data)
    {
        switch (name)
        {
            case "masq":
                return Build(NatKind.Masquerade, null, Registers(data, 2, 3), data.UInt32(1));
            case "redir":
                return Build(NatKind.Redirect, null, Registers(data, 1, 2), data.UInt32(3));
            default:
                var kind = data.UInt32(1) == 0 ? NatKind.Source : NatKind.Destination;
                return Build(kind, Registers(data, 3, 4), Registers(data, 5, 6), data.UInt32(7));
        }
    }

    private static (uint First, uint Last)? Registers(Attributes data, int first, int last) =>
        data.Has(first) ? (data.UInt32(first), data.Has(last) ? data.UInt32(last) : data.UInt32(first)) : null;

    private Verdict? Build(NatKind kind, (uint First, uint Last)? address, (uint First, uint Last)? port, uint bits)
    {
        // NF_NAT_RANGE_* (linux/netfilter/nf_nat.h).
        var flags = ((bits & 4) != 0 ? NatFlags.Random : 0) | ((bits & 8) != 0 ? NatFlags.Persistent : 0) | ((bits & 16) != 0 ? NatFlags.RandomFully : 0);
        NetAddress? first = null, last = null;
        PortRange? ports = null;
        NftExpression? addressOf = null, portOf = null;
        if (address is { } place)
        {
            first = Constant(place.First) is { } low ? low.ToAddress() : null;
            last = Constant(place.Last) is { } high ? high.ToAddress() : null;
            addressOf = registers[place.First]?.Expression;
            if (addressOf is null && (first is null || last is null))
            {
                return null;
            }
        }

        if (port is { } ends && !IsWithin(address, ends.First))
        {
            portOf = registers[ends.First]?.Expression;
            ports = Constant(ends.First) is { } low && Constant(ends.Last) is { } high ? new PortRange((ushort)low.ToNumber(), (ushort)high.ToNumber()) : null;
            if (portOf is null && ports is null)
            {
                return null;
            }
        }

        if (addressOf is null && portOf is null)
        {
            return new Verdict.Translate((bits & Netmap) != 0 && first is { } network
                ? new NatSpec(NatKind.Netmap, null, null, null, flags) { Network = NetworkOf(network, last ?? network) }
                : new NatSpec(kind, first, last, ports, flags));
        }

        addressOf ??= first is { } given ? new NftExpression.Constant(NftValue.Of(given), given.Family == IPFamily.IPv4 ? NftType.IPv4Address : NftType.IPv6Address) : null;
        portOf ??= ports is { } only ? new NftExpression.Constant(NftValue.Of(only.First, 16), NftType.InetService) : null;
        return new Verdict.TranslateTo(kind, addressOf, portOf, flags);
    }

    // What a map yields may hold the port behind the address.
    private bool IsWithin((uint First, uint Last)? address, uint port) =>
        address is { } place && registers[place.First] is { Expression: not null } value &&
        RegisterFile.Index(port) - RegisterFile.Index(place.First) is > 0 and var distance && distance < value.Width;

    private NftValue? Constant(uint register) => registers[register]?.Constant is { } bytes ? NftValue.Of(bytes) : null;

    private static Prefix NetworkOf(NetAddress first, NetAddress last)
    {
        var host = first.Bits ^ last.Bits;
        return Prefix.Of(first, first.Width - (128 - (int)UInt128.LeadingZeroCount(host)));
    }
}
