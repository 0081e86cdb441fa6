using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipsets;

/// <summary>
/// Reads what an entry is: <c>10.0.0.1,tcp:80,10.1.0.0/16</c>. Ranges, which scripts write and ipset never prints, become the entries that the
/// kernel makes of them.
/// </summary>
internal static class ElementReader
{
    // Of a type with ports, so many may come of one line; ipset's own limit is higher, but nobody lists them one by one then.
    private const int MostOfOneLine = 1 << 16;

    /// <summary>Reads an element of a set; null when it is none, or stands for too many.</summary>
    public static List<EquatableArray<IpSetValue>>? Read(IpSet set, ReadOnlySpan<byte> text)
    {
        if (set.Type.Method == IpSetMethod.List)
        {
            return IsName(text) ? [[new IpSetValue.Member(Encoding.UTF8.GetString(text))]] : null;
        }

        var elements = new List<EquatableArray<IpSetValue>> { default };
        foreach (var dimension in set.Type.Dimensions)
        {
            if (text.IsEmpty)
            {
                // The hardware address of a bitmap's entry may be open until the first packet tells it.
                return set.Type is { Method: IpSetMethod.Bitmap } && dimension == IpSetDimension.Mac ? elements : null;
            }

            var comma = text.IndexOf((byte)',');
            var values = Values(set, dimension, comma < 0 ? text : text[..comma]);
            if (values is null || values.Count > MostOfOneLine / elements.Count)
            {
                return null;
            }

            text = comma < 0 ? default : text[(comma + 1)..];
            elements = Product(elements, values);
        }

        return text.IsEmpty ? elements : null;
    }

    private static List<EquatableArray<IpSetValue>> Product(List<EquatableArray<IpSetValue>> elements, List<IpSetValue> values) =>
    [
        .. from element in elements
           from value in values
           select new EquatableArray<IpSetValue>([.. element, value]),
    ];

    private static List<IpSetValue>? Values(IpSet set, IpSetDimension dimension, ReadOnlySpan<byte> text)
    {
        switch (dimension)
        {
            case IpSetDimension.IP:
                return Addresses(set, text);
            case IpSetDimension.Net:
                return AddressRange.TryParse(text, out var range) && range.First.Family == set.Family
                    ? [.. range.Networks().Select(n => new IpSetValue.Network(n))]
                    : null;
            case IpSetDimension.Port:
                return set.Type.Method == IpSetMethod.Bitmap ? BitmapPorts(text) : Ports(text);
            case IpSetDimension.Mark:
                return Utf8Number.TryParse(text, out uint mark) ? [new IpSetValue.Mark(mark & (set.MarkMask ?? uint.MaxValue))] : null;
            case IpSetDimension.Mac:
                return IsHardwareAddress(text) ? [new IpSetValue.HardwareAddress(Encoding.UTF8.GetString(text).ToUpperInvariant())] : null;
            default:
                var isPhysical = text.StartsWith("physdev:"u8);
                text = isPhysical ? text["physdev:"u8.Length..] : text;
                return text.IsEmpty ? null : [new IpSetValue.Interface(Encoding.UTF8.GetString(text), isPhysical)];
        }
    }

    // The kernel keeps one entry for all addresses that are alike under the set's mask.
    private static List<IpSetValue>? Addresses(IpSet set, ReadOnlySpan<byte> text)
    {
        if (!AddressRange.TryParse(text, out var range) || range.First.Family != set.Family)
        {
            return null;
        }

        var width = range.First.Width;
        var mask = set.Bitmask?.Bits ?? Prefix.Of(range.First, Math.Min(set.NetmaskLength ?? width, width)).Mask;
        var step = mask == 0 ? UInt128.MaxValue : UInt128.One << (int)UInt128.TrailingZeroCount(mask);
        var first = range.First.Bits & mask;
        var last = range.Last.Bits & mask;
        if (last < first || (last - first) / step >= MostOfOneLine)
        {
            return null;
        }

        var values = new List<IpSetValue>();
        for (var at = first; ; at += step)
        {
            if ((at & mask) == at)
            {
                values.Add(new IpSetValue.Network(Prefix.Host(new NetAddress(range.First.Family, at))));
            }

            if (last - at < step)
            {
                return values;
            }
        }
    }

    private static List<IpSetValue>? BitmapPorts(ReadOnlySpan<byte> text) =>
        PortRange.TryParse(text[(text.IndexOf((byte)':') + 1)..], (byte)'-', out var ports) ? Each(null, ports) : null;

    private static List<IpSetValue>? Ports(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        var protocol = L4Protocol.Tcp;
        if (colon >= 0 && !TryProtocol(text[..colon], out protocol))
        {
            return null;
        }

        var port = text[(colon + 1)..];
        if (protocol.IsIcmp)
        {
            return IcmpType(protocol == L4Protocol.IcmpV6, port) is { } type ? [new IpSetValue.Port(protocol, type)] : null;
        }

        return PortRange.TryParse(port, (byte)'-', out var ports) ? Each(protocol, ports) : null;
    }

    // As the kernel, which takes 0 to 255 but not "any".
    private static bool TryProtocol(ReadOnlySpan<byte> text, out L4Protocol protocol) =>
        L4Protocol.TryParse(text, out protocol) && protocol != L4Protocol.Any;

    private static List<IpSetValue> Each(L4Protocol? protocol, PortRange ports) =>
        [.. Enumerable.Range(ports.First, Math.Max(0, ports.Last - ports.First + 1)).Select(p => new IpSetValue.Port(protocol, p))];

    private static int? IcmpType(bool isV6, ReadOnlySpan<byte> text)
    {
        var slash = text.IndexOf((byte)'/');
        if (slash < 0)
        {
            return IcmpTypeNames.Find(isV6, text);
        }

        return Utf8Number.TryParse(text[..slash], out uint type) && Utf8Number.TryParse(text[(slash + 1)..], out uint code) && type < 256 && code < 256
            ? (int)((type << 8) | code)
            : null;
    }

    private static bool IsHardwareAddress(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (i % 3 == 2 ? text[i] != ':' : !char.IsAsciiHexDigit((char)text[i]))
            {
                return false;
            }
        }

        return text.Length == 17;
    }

    // What begins tables, chains and rules of iptables names no set here, though the kernel would take it.
    private static bool IsName(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && text.Length < 32 && text[0] is not ((byte)'*' or (byte)':' or (byte)'-' or (byte)'#' or (byte)'[' or (byte)'<') && !text.SequenceEqual("COMMIT"u8);
}
