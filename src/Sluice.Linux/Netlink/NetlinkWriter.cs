using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Sluice.Net;

namespace Sluice.Linux.Netlink;

/// <summary>
/// Writes messages one behind the other into a buffer from the pool, which is kept from one use to the next: after the first, writing
/// allocates nothing.
/// </summary>
internal sealed class NetlinkWriter : IDisposable
{
    private const int SmallBytes = 4096;

    // What a first load took is not kept for ever.
    private const int KeptBytes = 1 << 20;
    private const ushort NLA_F_NESTED = 0x8000;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(SmallBytes);
    private int _length;
    private int _message;

    /// <summary>How many messages were begun.</summary>
    internal int Messages { get; private set; }

    /// <summary>How many bytes were written.</summary>
    internal int Length => _length;

    /// <summary>What was written.</summary>
    internal ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Begins anew.</summary>
    internal void Clear()
    {
        if (_buffer.Length > KeptBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(SmallBytes);
        }

        _length = 0;
        Messages = 0;
    }

    /// <summary>Begins a message; <see cref="Number"/> gives it its sequence number.</summary>
    /// <param name="type">The type (nlmsg_type).</param>
    /// <param name="flags">NLM_F_*; NLM_F_REQUEST is added.</param>
    /// <param name="header">What the protocol has between the netlink header and the attributes.</param>
    internal void BeginMessage(ushort type, ushort flags, ReadOnlySpan<byte> header)
    {
        _message = _length;
        var room = Room(NetlinkMessages.HeaderBytes + Padded(header.Length));
        room.Clear();
        MemoryMarshal.Write(room[4..], type);
        MemoryMarshal.Write(room[6..], (ushort)(flags | NetlinkMessages.NLM_F_REQUEST));
        header.CopyTo(room[NetlinkMessages.HeaderBytes..]);
        Messages++;
    }

    /// <summary>Ends the message that was begun.</summary>
    internal void EndMessage() => MemoryMarshal.Write(_buffer.AsSpan(_message), _length - _message);

    /// <summary>Adds flags to the message that was begun last.</summary>
    internal void AddFlags(ushort flags) => _buffer[_message + 6] |= checked((byte)flags);

    /// <summary>Gives the messages their sequence numbers.</summary>
    /// <param name="first">That of the first.</param>
    internal void Number(uint first)
    {
        var rest = _buffer.AsSpan(0, _length);
        while (rest.Length >= NetlinkMessages.HeaderBytes)
        {
            MemoryMarshal.Write(rest[8..], first++);
            rest = rest[Padded(MemoryMarshal.Read<int>(rest))..];
        }
    }

    /// <summary>Begins an attribute that holds others; the place is for <see cref="EndNest"/>.</summary>
    internal int BeginNest(int type)
    {
        var place = _length;
        var room = Room(4);
        MemoryMarshal.Write(room[2..], (ushort)(type | NLA_F_NESTED));
        return place;
    }

    /// <summary>Ends an attribute that holds others.</summary>
    /// <exception cref="OverflowException">It holds more than 64 KiB.</exception>
    internal void EndNest(int place) => MemoryMarshal.Write(_buffer.AsSpan(place), checked((ushort)(_length - place)));

    /// <summary>Writes an attribute whose value is filled in by the caller; its padding is zero.</summary>
    internal Span<byte> Attribute(int type, int length)
    {
        var room = Room(4 + Padded(length));
        MemoryMarshal.Write(room, checked((ushort)(4 + length)));
        MemoryMarshal.Write(room[2..], (ushort)type);
        room[(4 + length)..].Clear();
        return room.Slice(4, length);
    }

    internal void Bytes(int type, ReadOnlySpan<byte> value) => value.CopyTo(Attribute(type, value.Length));

    internal void Byte(int type, byte value) => Attribute(type, 1)[0] = value;

    /// <summary>A 16-bit number in network order, as netfilter wants them.</summary>
    internal void UInt16(int type, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Attribute(type, 2), value);

    /// <summary>A 32-bit number in network order, as netfilter wants them.</summary>
    internal void UInt32(int type, uint value) => BinaryPrimitives.WriteUInt32BigEndian(Attribute(type, 4), value);

    /// <summary>A 64-bit number in network order, as netfilter wants them.</summary>
    internal void UInt64(int type, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Attribute(type, 8), value);

    /// <summary>A 16-bit number in host order, as rtnetlink and generic netlink have them.</summary>
    internal void HostUInt16(int type, ushort value) => MemoryMarshal.Write(Attribute(type, sizeof(ushort)), value);

    /// <summary>A 32-bit number in host order, as rtnetlink and generic netlink have them.</summary>
    internal void HostUInt32(int type, uint value) => MemoryMarshal.Write(Attribute(type, sizeof(uint)), value);

    /// <summary>An address of its family's length.</summary>
    internal void Address(int type, NetAddress address) => NetlinkAddress.Write(address, Attribute(type, address.Width / 8));

    /// <summary>A text with a zero behind it.</summary>
    internal void Text(int type, string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        var room = Attribute(type, length + 1);
        Encoding.UTF8.GetBytes(value, room);
        room[length] = 0;
    }

    /// <summary>Copies attributes that were written elsewhere.</summary>
    internal void Copy(ReadOnlySpan<byte> attributes) => attributes.CopyTo(Room(attributes.Length));

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private static int Padded(int length) => (length + 3) & ~3;

    private Span<byte> Room(int length)
    {
        var place = _length;
        if (_buffer.Length - place < length)
        {
            Grow(place + length);
        }

        _length = place + length;
        return _buffer.AsSpan(place, length);
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _buffer.Length * 2));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
