using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Linux.Netlink;

/// <summary>Walks attributes: each a struct nlattr in host order and a value, padded to four bytes. What is no attribute ends it.</summary>
/// <param name="data">The attributes.</param>
internal ref struct NetlinkReader(ReadOnlySpan<byte> data)
{
    // The two top bits of a type say "nested" and "network byte order".
    private const int TypeMask = 0x3fff;

    private ReadOnlySpan<byte> _rest = data;

    /// <summary>The current attribute's type.</summary>
    internal int Type { get; private set; }

    /// <summary>The current attribute's value.</summary>
    internal ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The attributes in the current one.</summary>
    internal readonly NetlinkReader Nested => new(Value);

    internal readonly byte Byte => Value.IsEmpty ? (byte)0 : Value[0];

    /// <summary>A 16-bit number in network order, as netfilter has them.</summary>
    internal readonly ushort UInt16 => Value.Length < 2 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(Value);

    /// <summary>A 32-bit number in network order, as netfilter has them.</summary>
    internal readonly uint UInt32 => Value.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(Value);

    /// <summary>A 64-bit number in network order, as netfilter has them.</summary>
    internal readonly ulong UInt64 => Value.Length < 8 ? 0 : BinaryPrimitives.ReadUInt64BigEndian(Value);

    /// <summary>A 16-bit number in host order, as rtnetlink and generic netlink have them.</summary>
    internal readonly ushort HostUInt16 => Value.Length < 2 ? (ushort)0 : MemoryMarshal.Read<ushort>(Value);

    /// <summary>A 32-bit number in host order, as rtnetlink and generic netlink have them.</summary>
    internal readonly uint HostUInt32 => Value.Length < 4 ? 0 : MemoryMarshal.Read<uint>(Value);

    /// <summary>The value as UTF-8 text without the zero behind it.</summary>
    internal readonly ReadOnlySpan<byte> Utf8 => Value.IndexOf((byte)0) is >= 0 and var end ? Value[..end] : Value;

    /// <summary>The value as text.</summary>
    internal readonly string Text => Encoding.UTF8.GetString(Utf8);

    /// <summary>Goes to the next attribute; false behind the last.</summary>
    internal bool Next()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        int length = MemoryMarshal.Read<ushort>(_rest);
        if (length < 4 || length > _rest.Length)
        {
            return false;
        }

        Type = MemoryMarshal.Read<ushort>(_rest[2..]) & TypeMask;
        Value = _rest[4..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }

    /// <summary>The value of the first attribute of a type; empty when there is none.</summary>
    internal static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, int type)
    {
        var reader = new NetlinkReader(attributes);
        while (reader.Next())
        {
            if (reader.Type == type)
            {
                return reader.Value;
            }
        }

        return default;
    }
}
