using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Sluice.Linux.Interop;
using Sluice.Net;

namespace Sluice.Linux.Iptables;

/// <summary>A hash of x_tables rules as the kernel holds them (IPT_SO_GET_INFO, IPT_SO_GET_ENTRIES), without their packet counts.</summary>
internal sealed class LegacyTableHash : RulesStampReader
{
    private const int SO_GET_INFO = 64;
    private const int SO_GET_ENTRIES = 65;
    private const int NameLength = 32;

    // struct ipt_getinfo: name, valid hooks, two offsets for each of five hooks, number of entries, size.
    private const int InfoLength = NameLength + 4 + 20 + 20 + 4 + 4;
    private const int SizeInInfo = InfoLength - 4;

    // struct ipt_get_entries: name, size, then entries aligned to eight bytes.
    private const int EntriesHeader = 40;

    // Somebody may write between the question for the size and that for the rules.
    private const int Attempts = 5;

    private readonly SafeSocketHandle _socket;
    private readonly IPFamily _family;

    private LegacyTableHash(SafeSocketHandle socket, IPFamily family) => (_socket, _family) = (socket, family);

    private int Level => _family == IPFamily.IPv4 ? Libc.IPPROTO_IP : Libc.IPPROTO_IPV6;

    // In struct ipt_entry and ip6t_entry: the offset of the next entry, and two 64-bit counts.
    private int NextOffset => _family == IPFamily.IPv4 ? 90 : 142;

    private int Counters => _family == IPFamily.IPv4 ? 96 : 152;

    internal static LegacyTableHash? TryOpen(IPFamily family)
    {
        var fd = Libc.socket(family == IPFamily.IPv4 ? Libc.AF_INET : Libc.AF_INET6, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.IPPROTO_RAW);
        return fd < 0 ? null : new LegacyTableHash(new SafeSocketHandle(fd, ownsHandle: true), family);
    }

    /// <inheritdoc/>
    public override RulesStamp? Read(IReadOnlyList<string> tables)
    {
        Span<byte> all = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> both = stackalloc byte[2 * SHA256.HashSizeInBytes];
        foreach (var table in tables)
        {
            all.CopyTo(both);
            if (!TryHash(table, both[SHA256.HashSizeInBytes..]))
            {
                return null;
            }

            SHA256.HashData(both, all);
        }

        return new RulesStamp(BinaryPrimitives.ReadUInt64LittleEndian(all), CountsWrites: false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _socket.Dispose();

    private unsafe bool TryHash(string table, Span<byte> hash)
    {
        Span<byte> name = stackalloc byte[NameLength];
        var info = stackalloc byte[InfoLength];
        name.Clear();
        Encoding.ASCII.GetBytes(table, name);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            name.CopyTo(new Span<byte>(info, InfoLength));
            if (!TryGet(SO_GET_INFO, info, InfoLength))
            {
                return false;
            }

            // Outside the collected heap: it may be many megabytes, for a moment.
            var size = *(int*)(info + SizeInInfo);
            var length = EntriesHeader + size;
            var entries = (byte*)NativeMemory.AllocZeroed((nuint)length);
            try
            {
                var memory = new Span<byte>(entries, length);
                name.CopyTo(memory);
                *(int*)(entries + NameLength) = size;
                if (TryGet(SO_GET_ENTRIES, entries, length))
                {
                    ClearCounters(memory[EntriesHeader..]);
                    SHA256.HashData(memory, hash);
                    return true;
                }

                if (Marshal.GetLastPInvokeError() != Libc.EAGAIN)
                {
                    return false;
                }
            }
            finally
            {
                NativeMemory.Free(entries);
            }
        }

        return false;
    }

    private void ClearCounters(Span<byte> entries)
    {
        while (entries.Length >= Counters + 16)
        {
            entries.Slice(Counters, 16).Clear();
            int next = MemoryMarshal.Read<ushort>(entries[NextOffset..]);
            entries = next > 0 && next <= entries.Length ? entries[next..] : default;
        }
    }

    private unsafe bool TryGet(int option, void* value, int length) =>
        Libc.getsockopt((int)_socket.DangerousGetHandle(), Level, option, value, ref length) == 0;
}
