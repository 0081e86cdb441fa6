using System.Buffers.Binary;
using System.Text;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>The attributes of one expression or object, found by type.</summary>
/// <param name="bytes">The attributes.</param>
internal readonly ref struct Attributes(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal bool Has(int type) => !NetlinkReader.Find(_bytes, type).IsEmpty;

    internal ReadOnlySpan<byte> Bytes(int type) => NetlinkReader.Find(_bytes, type);

    internal Attributes Nested(int type) => new(Bytes(type));

    /// <summary>A value's bytes (NFTA_DATA_VALUE).</summary>
    internal ReadOnlySpan<byte> Value(int type) => NetlinkReader.Find(Bytes(type), Nft.NFTA_DATA_VALUE);

    internal byte Byte(int type) => Bytes(type) is [var value, ..] ? value : (byte)0;

    internal ushort UInt16(int type) => Bytes(type) is { Length: >= 2 } value ? BinaryPrimitives.ReadUInt16BigEndian(value) : (ushort)0;

    internal uint UInt32(int type) => Bytes(type) is { Length: >= 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;

    internal ulong UInt64(int type) => Bytes(type) is { Length: >= 8 } value ? BinaryPrimitives.ReadUInt64BigEndian(value) : 0;

    internal string Text(int type) => Encoding.UTF8.GetString(Bytes(type).TrimEnd((byte)0));
}
