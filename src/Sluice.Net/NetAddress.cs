using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Net;

/// <summary>An IPv4 or IPv6 address as a value: 32 or 128 bits in host order, without scope.</summary>
public readonly record struct NetAddress : IComparable<NetAddress>
{
    // Two halves: a UInt128 would align every type that holds an address to 16 bytes, and rules hold many. And code that touches
    // a UInt128 is not compiled ahead of time, but at every start.
    private readonly ulong _high;
    private readonly ulong _low;

    /// <summary>Makes an address of its bits.</summary>
    /// <param name="family">The address family.</param>
    /// <param name="bits">The address as a number; for IPv4 the low 32 bits.</param>
    public NetAddress(IPFamily family, UInt128 bits)
    {
        Family = family;
        (_high, _low) = ((ulong)(bits >> 64), (ulong)bits);
    }

    private NetAddress(IPFamily family, ulong high, ulong low) => (Family, _high, _low) = (family, high, low);

    /// <summary>The address family.</summary>
    public IPFamily Family { get; init; }

    /// <summary>The address as a number; for IPv4 the low 32 bits.</summary>
    public UInt128 Bits
    {
        get => new(_high, _low);
        init => (_high, _low) = ((ulong)(value >> 64), (ulong)value);
    }

    /// <summary>The number of bits in an address of this family: 32 or 128.</summary>
    public int Width => Family == IPFamily.IPv4 ? 32 : 128;

    /// <summary>Whether this is a loopback address (127.0.0.0/8 or ::1).</summary>
    public bool IsLoopback => Family == IPFamily.IPv4 ? _low >> 24 == 127 : _high == 0 && _low == 1;

    /// <summary>Whether this is a multicast address (224.0.0.0/4 or ff00::/8).</summary>
    public bool IsMulticast => Family == IPFamily.IPv4 ? _low >> 28 == 14 : _high >> 56 == 0xff;

    /// <summary>Whether this is the unspecified address (0.0.0.0 or ::).</summary>
    public bool IsUnspecified => (_high | _low) == 0;

    /// <summary>Whether this is a link-local address (169.254.0.0/16 or fe80::/10).</summary>
    public bool IsLinkLocal => Family == IPFamily.IPv4 ? _low >> 16 == 0xa9fe : _high >> 54 == 0x3fa;

    /// <summary>The prefix of another address that this one is the mask of.</summary>
    internal Prefix AsMaskOf(NetAddress address) => new(address, _high, _low);

    /// <summary>The address with the bits outside the mask cleared.</summary>
    internal NetAddress Masked(ulong high, ulong low) => new(Family, _high & high, _low & low);

    /// <summary>Makes an IPv4 address of its 32 bits in host order.</summary>
    public static NetAddress V4(uint bits) => new(IPFamily.IPv4, 0, bits);

    /// <summary>Makes an IPv6 address of its 128 bits in host order.</summary>
    public static NetAddress V6(UInt128 bits) => new(IPFamily.IPv6, bits);

    /// <summary>Reads an address in its usual text form.</summary>
    /// <exception cref="FormatException">The text is no address.</exception>
    public static NetAddress Parse(string text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"'{text}' is not an IP address");

    /// <summary>Reads an address in its usual text form; a zone (<c>%eth0</c>) is ignored.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NetAddress address)
    {
        address = default;
        if (string.IsNullOrEmpty(text) || text.Length > 100)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[400];
        return TryParse(bytes[..Encoding.UTF8.GetBytes(text, bytes)], out address);
    }

    /// <summary>Reads an address in its usual text form from UTF-8.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out NetAddress address)
    {
        if (TryParseV4(text, out var v4))
        {
            address = V4(v4);
            return true;
        }

        if (text.IndexOf((byte)':') < 0 || text.Length > 64 || !IPAddress.TryParse(text, out var parsed))
        {
            address = default;
            return false;
        }

        address = From(parsed);
        return true;
    }

    /// <summary>Converts from the framework's address class; an IPv6 zone is dropped.</summary>
    public static NetAddress From(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? V4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new NetAddress(IPFamily.IPv6, BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    /// <summary>Converts to the framework's address class.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
        return new IPAddress(Family == IPFamily.IPv4 ? bytes[12..] : bytes);
    }

    /// <inheritdoc/>
    public int CompareTo(NetAddress other) =>
        Family != other.Family ? Family.CompareTo(other.Family)
        : _high != other._high ? _high.CompareTo(other._high)
        : _low.CompareTo(other._low);

    /// <summary>The usual text: dotted quad, or RFC 5952 for IPv6.</summary>
    public override string ToString()
    {
        if (Family == IPFamily.IPv6)
        {
            return ToIPAddress().ToString();
        }

        var bits = (uint)_low;
        return string.Create(CultureInfo.InvariantCulture, $"{bits >> 24}.{(bits >> 16) & 255}.{(bits >> 8) & 255}.{bits & 255}");
    }

    /// <summary>Address with its port as a URL would write it: <c>10.0.0.1:80</c>, <c>[fd00::1]:80</c>; without a port the address alone.</summary>
    public string WithPort(int? port)
    {
        if (port is not { } number)
        {
            return ToString();
        }

        // In one piece: there are as many as endpoints.
        var bits = (uint)_low;
        return Family == IPFamily.IPv6
            ? $"[{this}]:{number}"
            : string.Create(CultureInfo.InvariantCulture, $"{bits >> 24}.{(bits >> 16) & 255}.{(bits >> 8) & 255}.{bits & 255}:{number}");
    }

    /// <summary>Whether the bits under a mask are those of another address of the family.</summary>
    internal bool IsUnder(NetAddress other, ulong maskHigh, ulong maskLow) =>
        Family == other.Family && (_high & maskHigh) == other._high && (_low & maskLow) == other._low;

    private static bool TryParseV4(ReadOnlySpan<byte> text, out uint bits)
    {
        bits = 0;
        if (text.Length is < 7 or > 15)
        {
            return false;
        }

        uint part = 0;
        int digits = 0, dots = 0;
        foreach (var c in text)
        {
            var digit = (uint)(c - '0');
            if (digit <= 9)
            {
                part = (part * 10) + digit;
                digits++;
                if (digits > 3 || part > 255)
                {
                    return false;
                }
            }
            else if (c == '.' && digits > 0 && dots < 3)
            {
                bits = (bits << 8) | part;
                part = 0;
                digits = 0;
                dots++;
            }
            else
            {
                return false;
            }
        }

        bits = (bits << 8) | part;
        return dots == 3 && digits > 0;
    }
}
