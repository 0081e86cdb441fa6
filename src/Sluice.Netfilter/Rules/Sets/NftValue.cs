using System.Buffers.Binary;
using System.Text;
using Sluice.Net;

namespace Sluice.Netfilter.Rules.Sets;

/// <summary>
/// A value of nftables as bytes, most significant first whatever the machine: an address, a port, a mark, an interface's name
/// padded with zeros. Parts of a concatenation follow each other, each padded with zeros behind it to a multiple of four bytes.
/// </summary>
public readonly struct NftValue : IEquatable<NftValue>, IComparable<NftValue>
{
    private readonly byte[]? _bytes;

    private NftValue(byte[] bytes) => _bytes = bytes;

    /// <summary>How many bytes it has.</summary>
    public int Length => _bytes?.Length ?? 0;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>Equal bytes.</summary>
    public static bool operator ==(NftValue left, NftValue right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    public static bool operator !=(NftValue left, NftValue right) => !left.Equals(right);

    /// <summary>Comes before, byte by byte.</summary>
    public static bool operator <(NftValue left, NftValue right) => left.CompareTo(right) < 0;

    /// <summary>Comes after, byte by byte.</summary>
    public static bool operator >(NftValue left, NftValue right) => left.CompareTo(right) > 0;

    /// <summary>Comes before or is equal.</summary>
    public static bool operator <=(NftValue left, NftValue right) => left.CompareTo(right) <= 0;

    /// <summary>Comes after or is equal.</summary>
    public static bool operator >=(NftValue left, NftValue right) => left.CompareTo(right) >= 0;

    /// <summary>Copies the bytes.</summary>
    public static NftValue Of(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>An address: 4 or 16 bytes.</summary>
    public static NftValue Of(NetAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.Family == IPFamily.IPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)address.Bits);
            return Of(bytes[..4]);
        }

        BinaryPrimitives.WriteUInt128BigEndian(bytes, address.Bits);
        return Of(bytes);
    }

    /// <summary>A number of a type's width, at most 64 bits; higher bits are cut off.</summary>
    /// <param name="number">The number.</param>
    /// <param name="bits">The width; rounded up to whole bytes.</param>
    public static NftValue Of(ulong number, int bits)
    {
        var bytes = new byte[(bits + 7) / 8];
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            bytes[i] = (byte)number;
            number >>= 8;
        }

        return new NftValue(bytes);
    }

    /// <summary>A name padded with zeros; what is longer is cut.</summary>
    /// <param name="text">The name.</param>
    /// <param name="length">The padded length in bytes: 16 for interfaces (IFNAMSIZ).</param>
    public static NftValue OfText(string text, int length = 16)
    {
        var bytes = new byte[length];
        Encoding.UTF8.GetEncoder().Convert(text, bytes, flush: true, out _, out _, out _);
        return new NftValue(bytes);
    }

    /// <summary>The parts of a concatenation as one value.</summary>
    public static NftValue Concat(ReadOnlySpan<NftValue> parts)
    {
        var length = 0;
        foreach (var part in parts)
        {
            length += Padded(part.Length);
        }

        var bytes = new byte[length];
        var at = 0;
        foreach (var part in parts)
        {
            part.Span.CopyTo(bytes.AsSpan(at));
            at += Padded(part.Length);
        }

        return new NftValue(bytes);
    }

    /// <summary>How many bytes a part of a concatenation takes (NFT_REG32_SIZE).</summary>
    public static int Padded(int length) => (length + 3) & ~3;

    /// <summary>The value as a number, when it has at most 64 bits; else its last 64.</summary>
    public ulong ToNumber()
    {
        ulong number = 0;
        foreach (var b in Span)
        {
            number = (number << 8) | b;
        }

        return number;
    }

    /// <summary>The value as an address; null when it has not 4 or 16 bytes.</summary>
    public NetAddress? ToAddress() => Length switch
    {
        4 => NetAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(Span)),
        16 => NetAddress.V6(BinaryPrimitives.ReadUInt128BigEndian(Span)),
        _ => null,
    };

    /// <summary>The value as a name, without the zeros behind it.</summary>
    public string ToText() => Encoding.UTF8.GetString(Span.TrimEnd((byte)0));

    /// <summary>One part of a concatenation.</summary>
    /// <param name="offset">Where it begins, in bytes.</param>
    /// <param name="length">Its length without padding, in bytes.</param>
    public NftValue Slice(int offset, int length) => Of(Span.Slice(offset, length));

    /// <inheritdoc/>
    public bool Equals(NftValue other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NftValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int CompareTo(NftValue other) => Span.SequenceCompareTo(other.Span);

    /// <summary>The bytes in hexadecimal.</summary>
    public override string ToString() => "0x" + Convert.ToHexStringLower(Span);
}
