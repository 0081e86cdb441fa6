using System.Buffers.Binary;
using System.Text;

namespace Sluice.KernelTests.Lab.Interop;

/// <summary>Walks the attributes of a netlink message; values are network-endian unless netfilter says otherwise.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    internal int Type { get; private set; }

    internal ReadOnlySpan<byte> Value { get; private set; }

    internal readonly uint UInt32 => BinaryPrimitives.ReadUInt32BigEndian(Value);

    internal readonly ushort UInt16 => BinaryPrimitives.ReadUInt16BigEndian(Value);

    internal readonly ulong UInt64 => BinaryPrimitives.ReadUInt64BigEndian(Value);

    internal readonly string Text
    {
        get
        {
            var end = Value.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? Value : Value[..end]);
        }
    }

    internal readonly NetlinkAttributes Nested => new(Value);

    internal bool Next()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        if (length < 4 || length > _rest.Length)
        {
            return false;
        }

        // The two top bits of the type say "nested" and "network byte order".
        Type = BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]) & 0x3fff;
        Value = _rest[4..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
