using System.Runtime.InteropServices;

namespace Sluice.Linux.Netlink;

/// <summary>The messages that came, or go, together: each a struct nlmsghdr in host order and a body, padded to four bytes.</summary>
/// <param name="data">The bytes.</param>
internal ref struct NetlinkMessages(ReadOnlySpan<byte> data)
{
    internal const int HeaderBytes = 16;
    internal const ushort NLMSG_ERROR = 2;
    internal const ushort NLMSG_DONE = 3;
    internal const ushort NLM_F_REQUEST = 1;
    internal const ushort NLM_F_ACK = 4;
    internal const ushort NLM_F_DUMP_INTR = 0x10;
    internal const ushort NLM_F_DUMP = 0x300;
    internal const ushort NLM_F_CAPPED = 0x100;
    internal const ushort NLM_F_ACK_TLVS = 0x200;
    internal const ushort NLM_F_EXCL = 0x200;
    internal const ushort NLM_F_CREATE = 0x400;
    internal const ushort NLM_F_APPEND = 0x800;

    private ReadOnlySpan<byte> _rest = data;

    /// <summary>The current message, its header included.</summary>
    internal ReadOnlySpan<byte> Message { get; private set; }

    internal readonly ReadOnlySpan<byte> Body => Message[HeaderBytes..];

    internal readonly ushort Type => MemoryMarshal.Read<ushort>(Message[4..]);

    internal readonly ushort Flags => MemoryMarshal.Read<ushort>(Message[6..]);

    internal readonly uint Sequence => MemoryMarshal.Read<uint>(Message[8..]);

    /// <summary>Goes to the next message; false behind the last, or where bytes make none.</summary>
    internal bool Next()
    {
        if (_rest.Length < HeaderBytes)
        {
            return false;
        }

        var length = MemoryMarshal.Read<int>(_rest);
        if (length < HeaderBytes || length > _rest.Length)
        {
            return false;
        }

        Message = _rest[..length];
        _rest = _rest[Math.Min((length + 3) & ~3, _rest.Length)..];
        return true;
    }
}
