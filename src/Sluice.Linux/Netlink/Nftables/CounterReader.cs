using System.Buffers.Binary;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Reads what counter expressions counted.</summary>
internal static class CounterReader
{
    private const int NFTA_COUNTER_BYTES = 1;
    private const int NFTA_COUNTER_PACKETS = 2;

    /// <summary>Packets and bytes of an expression, when it is a counter.</summary>
    internal static (ulong Packets, ulong Bytes)? Find(ReadOnlySpan<byte> expression) =>
        NetlinkReader.Find(expression, Nft.NFTA_EXPR_NAME).StartsWith("counter\0"u8) ? Read(NetlinkReader.Find(expression, Nft.NFTA_EXPR_DATA)) : null;

    /// <summary>Packets and bytes of a counter's attributes.</summary>
    internal static (ulong Packets, ulong Bytes) Read(ReadOnlySpan<byte> attributes) =>
        (Number(attributes, NFTA_COUNTER_PACKETS), Number(attributes, NFTA_COUNTER_BYTES));

    private static ulong Number(ReadOnlySpan<byte> attributes, int type) =>
        NetlinkReader.Find(attributes, type) is { Length: >= sizeof(ulong) } value ? BinaryPrimitives.ReadUInt64BigEndian(value) : 0;
}
