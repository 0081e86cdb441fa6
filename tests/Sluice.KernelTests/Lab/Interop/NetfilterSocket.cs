using System.Buffers.Binary;

namespace Sluice.KernelTests.Lab.Interop;

/// <summary>
/// A NETLINK_NETFILTER socket of the namespace it was made in, with a receive timeout: a lost answer is an error, never
/// a hang.
/// </summary>
internal sealed class NetfilterSocket : IDisposable
{
    internal delegate void MessageHandler(int subsystem, int message, byte family, ReadOnlySpan<byte> attributes);

    private readonly LabSocket _socket = new(Libc.AF_NETLINK, Libc.SOCK_RAW, Libc.NETLINK_NETFILTER);
    private readonly byte[] _buffer = new byte[1 << 20];
    private uint _sequence;

    internal NetfilterSocket(TimeSpan timeout)
    {
        _socket.SetOption(Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, 256 << 20);
        _socket.SetReceiveTimeout(timeout);
        Span<byte> address = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(address, Libc.AF_NETLINK);
        _socket.Bind(address);
    }

    internal void Join(int group) => _socket.SetOption(Libc.SOL_NETLINK, Libc.NETLINK_ADD_MEMBERSHIP, group);

    internal uint NextSequence() => ++_sequence;

    /// <summary>Sends a request and hands every answer to <paramref name="handler"/> until the kernel says it is done.</summary>
    internal void Request(NetlinkWriter message, MessageHandler? handler = null)
    {
        var errno = _socket.Send(message.Finish(), []);
        if (errno != 0)
        {
            throw new LabException($"netlink send: errno {errno}");
        }

        // At most this many datagrams: a bound, so that a kernel that never says "done" cannot hold a test.
        for (var i = 0; i < 100_000; i++)
        {
            if (Receive(handler) == ReceiveResult.Done)
            {
                return;
            }
        }

        throw new LabException("a netlink dump did not end");
    }

    internal enum ReceiveResult { Message, Done, Timeout }

    /// <summary>Reads one datagram, which may hold several messages.</summary>
    internal ReceiveResult Receive(MessageHandler? handler, bool throwOnTimeout = true)
    {
        var length = _socket.Receive(_buffer);
        if (length < 0)
        {
            return throwOnTimeout ? throw new LabException("netlink: no answer in time") : ReceiveResult.Timeout;
        }

        var result = ReceiveResult.Message;
        var rest = _buffer.AsSpan(0, length);
        while (rest.Length >= 16)
        {
            var size = BinaryPrimitives.ReadInt32LittleEndian(rest);
            var type = BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
            if (size < 16 || size > rest.Length)
            {
                break;
            }

            switch (type)
            {
                case 2: // NLMSG_ERROR: an errno, or 0 as the acknowledgement
                    var errno = -BinaryPrimitives.ReadInt32LittleEndian(rest[16..]);
                    result = errno == 0 ? ReceiveResult.Done : throw new LabException($"netlink: errno {errno}");
                    break;
                case 3: // NLMSG_DONE
                    result = ReceiveResult.Done;
                    break;
                default:
                    if (size >= 20)
                    {
                        handler?.Invoke(type >> 8, type & 0xff, rest[16], rest[20..size]);
                    }

                    break;
            }

            rest = rest[Math.Min((size + 3) & ~3, rest.Length)..];
        }

        return result;
    }

    public void Dispose() => _socket.Dispose();
}
