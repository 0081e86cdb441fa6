using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sluice.Linux.Interop;

namespace Sluice.Linux.Iptables;

/// <summary>The generation id of nf_tables (NFT_MSG_GETGEN): the number of changes committed in the network namespace.</summary>
internal sealed class NftGeneration : RulesStampReader
{
    private const int HeaderLength = 16;
    private const int NfgenLength = 4;
    private const ushort NLM_F_REQUEST = 1;
    private const ushort NFNL_SUBSYS_NFTABLES = 10;
    private const ushort NFT_MSG_NEWGEN = 15;
    private const ushort NFT_MSG_GETGEN = 16;
    private const ushort NFTA_GEN_ID = 1;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4096];
    private uint _sequence;

    private NftGeneration(Socket socket) => _socket = socket;

    internal static NftGeneration? TryOpen()
    {
        var fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.NETLINK_NETFILTER);
        return fd < 0 ? null : new NftGeneration(new Socket(new SafeSocketHandle(fd, ownsHandle: true)) { ReceiveTimeout = 1000 });
    }

    /// <inheritdoc/>
    public override RulesStamp? Read(IReadOnlyList<string> tables)
    {
        try
        {
            _socket.Send(Request(++_sequence));

            // Answers to a question that was given up on may still be queued.
            for (var i = 0; i < 8; i++)
            {
                var answer = _buffer.AsSpan(0, _socket.Receive(_buffer));
                if (answer.Length >= HeaderLength && MemoryMarshal.Read<uint>(answer[8..]) == _sequence)
                {
                    return Generation(answer) is { } id ? new RulesStamp(id, CountsWrites: true) : null;
                }
            }

            return null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _socket.Dispose();

    // struct nlmsghdr in host order, then struct nfgenmsg of family "unspecified".
    private static byte[] Request(uint sequence)
    {
        var message = new byte[HeaderLength + NfgenLength];
        MemoryMarshal.Write(message, message.Length);
        MemoryMarshal.Write(message.AsSpan(4), (ushort)(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN));
        MemoryMarshal.Write(message.AsSpan(6), NLM_F_REQUEST);
        MemoryMarshal.Write(message.AsSpan(8), sequence);
        return message;
    }

    private static uint? Generation(ReadOnlySpan<byte> answer)
    {
        if (MemoryMarshal.Read<ushort>(answer[4..]) != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN))
        {
            return null;
        }

        for (var rest = answer[(HeaderLength + NfgenLength)..]; rest.Length >= 8;)
        {
            int length = MemoryMarshal.Read<ushort>(rest);
            if (MemoryMarshal.Read<ushort>(rest[2..]) == NFTA_GEN_ID)
            {
                return BinaryPrimitives.ReadUInt32BigEndian(rest[4..]);
            }

            // Attributes are padded to four bytes.
            length = (length + 3) & ~3;
            rest = length is >= 4 && length <= rest.Length ? rest[length..] : default;
        }

        return null;
    }
}
