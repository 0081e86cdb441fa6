using System.Buffers.Binary;
using System.Text;

namespace Sluice.KernelTests.Lab.Interop;

/// <summary>Builds one NETLINK_NETFILTER message: nlmsghdr, nfgenmsg, attributes.</summary>
internal sealed class NetlinkWriter
{
    internal const ushort Request = 1;
    internal const ushort Ack = 4;
    internal const ushort Dump = 0x300;

    private readonly byte[] _buffer = new byte[4096];
    private int _length;

    internal NetlinkWriter(int subsystem, int message, ushort flags, uint sequence, byte family = 0, ushort resource = 0)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(4), (ushort)((subsystem << 8) | message));
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(6), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(8), sequence);
        _buffer[16] = family;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(18), resource);
        _length = 20;
    }

    internal NetlinkWriter Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_length), (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(_length + 2), type);
        value.CopyTo(_buffer.AsSpan(_length + 4));
        _length += (4 + value.Length + 3) & ~3;
        return this;
    }

    internal NetlinkWriter UInt32BigEndian(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Attribute(type, bytes);
    }

    internal NetlinkWriter Text(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    internal ReadOnlySpan<byte> Finish()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer, (uint)_length);
        return _buffer.AsSpan(0, _length);
    }
}
