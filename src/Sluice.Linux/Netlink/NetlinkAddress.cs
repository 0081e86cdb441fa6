using System.Buffers.Binary;
using Sluice.Linux.Interop;
using Sluice.Net;

namespace Sluice.Linux.Netlink;

/// <summary>Addresses and their families as the kernel has them: in network order, and by number.</summary>
internal static class NetlinkAddress
{
    internal static byte NumberOf(IPFamily family) => family == IPFamily.IPv4 ? (byte)Libc.AF_INET : (byte)Libc.AF_INET6;

    /// <summary>The family of a number; null for those that are not of IP.</summary>
    internal static IPFamily? FamilyOf(int number) => number switch
    {
        Libc.AF_INET => IPFamily.IPv4,
        Libc.AF_INET6 => IPFamily.IPv6,
        _ => null,
    };

    /// <summary>The address that 4 or 16 bytes are; null for any other number of them.</summary>
    internal static NetAddress? Read(ReadOnlySpan<byte> value) => value.Length switch
    {
        4 => NetAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(value)),
        16 => NetAddress.V6(BinaryPrimitives.ReadUInt128BigEndian(value)),
        _ => null,
    };

    /// <summary>Writes an address to the 4 or 16 bytes at the beginning of room.</summary>
    internal static void Write(NetAddress address, Span<byte> room)
    {
        if (address.Family == IPFamily.IPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(room, (uint)address.Bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(room, address.Bits);
        }
    }
}
