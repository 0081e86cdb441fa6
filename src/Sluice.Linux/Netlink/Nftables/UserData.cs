using System.Text;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>What user space keeps with an object in the kernel, as libnftnl writes it: type, length, value, each of one byte but the last.</summary>
internal static class UserData
{
    /// <summary>How long a comment may be, in bytes; what is longer is cut.</summary>
    internal const int CommentBytes = 230;

    /// <summary>How many bytes a comment takes.</summary>
    internal static int SizeOfComment(string comment) => Math.Min(Encoding.UTF8.GetByteCount(comment), CommentBytes) + 3;

    /// <summary>Writes a comment with a zero behind it.</summary>
    internal static void WriteComment(Span<byte> room, byte type, string comment)
    {
        room[0] = type;
        room[1] = (byte)(room.Length - 2);
        if (Encoding.UTF8.GetByteCount(comment) <= CommentBytes)
        {
            Encoding.UTF8.GetBytes(comment, room[2..]);
            room[^1] = 0;
            return;
        }

        // A cut never leaves half a character: the bytes behind the last whole one are zero.
        room[2..].Clear();
        Encoding.UTF8.GetEncoder().Convert(comment, room[2..^1], flush: true, out _, out _, out _);
    }

    /// <summary>The value of a type; empty when there is none.</summary>
    internal static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> data, byte type)
    {
        while (data.Length >= 2 && data.Length >= 2 + data[1])
        {
            if (data[0] == type)
            {
                return data.Slice(2, data[1]);
            }

            data = data[(2 + data[1])..];
        }

        return default;
    }

    /// <summary>A comment without the zeros behind it; empty when there is none.</summary>
    internal static ReadOnlySpan<byte> Comment(ReadOnlySpan<byte> data, byte type = Nft.CommentUserData) => Find(data, type).TrimEnd((byte)0);
}
