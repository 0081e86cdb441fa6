using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Linux.Interop;

namespace Sluice.Linux.Netlink;

/// <summary>
/// A socket to the kernel, of the network namespace of the thread that opened it, whichever thread uses it later. To be used by one
/// thread at a time, and kept open: closing one that wrote rules waits until no packet reads the old ones (8 to 27 ms).
/// </summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    // The kernel fills at most 32 KiB of a dump at a time, and takes more only for a single message that is longer.
    private const int ReceiveBytes = 1 << 16;

    private readonly SafeFileHandle _handle;
    private readonly byte[] _received = GC.AllocateUninitializedArray<byte>(ReceiveBytes);
    private uint _sequence;

    private NetlinkSocket(SafeFileHandle handle) => _handle = handle;

    /// <summary>Opens a socket.</summary>
    /// <param name="protocol">Which part of the kernel: NETLINK_ROUTE 0, NETLINK_NETFILTER 12, NETLINK_GENERIC 16.</param>
    /// <param name="timeout">How long an answer may take.</param>
    /// <param name="errno">Why it was not opened.</param>
    /// <param name="isStrict">Whether the kernel refuses what it does not know in a dump's request (NETLINK_GET_STRICT_CHK); netfilter always does.</param>
    internal static NetlinkSocket? TryOpen(int protocol, TimeSpan timeout, out int errno, bool isStrict = false)
    {
        var fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, protocol);
        if (fd < 0)
        {
            errno = Marshal.GetLastPInvokeError();
            return null;
        }

        var socket = new NetlinkSocket(new SafeFileHandle(fd, ownsHandle: true));

        // Kernels too old for one of these answer less; a refusal of the timeout has no cause but a wrong number.
        _ = socket.SetOption(Libc.SOL_NETLINK, Libc.NETLINK_EXT_ACK, 1);
        _ = socket.SetOption(Libc.SOL_NETLINK, Libc.NETLINK_CAP_ACK, 1);
        if (isStrict)
        {
            _ = socket.SetOption(Libc.SOL_NETLINK, Libc.NETLINK_GET_STRICT_CHK, 1);
        }

        var time = stackalloc long[] { (long)timeout.TotalSeconds, timeout.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond };
        _ = Libc.setsockopt(socket._handle, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, time, 2 * sizeof(long));
        errno = 0;
        return socket;
    }

    /// <summary>Takes the sequence numbers for a number of messages; the first is returned.</summary>
    internal uint TakeSequence(int messages)
    {
        var first = _sequence + 1;
        _sequence += (uint)messages;
        return first;
    }

    /// <summary>Gives answers more room than the default of 212,992 bytes: what does not fit is lost (ENOBUFS).</summary>
    /// <param name="bytes">The room; without CAP_NET_ADMIN the system's limit holds.</param>
    internal void SizeReceiveRoom(int bytes)
    {
        if (SetOption(Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, bytes) != 0)
        {
            _ = SetOption(Libc.SOL_SOCKET, Libc.SO_RCVBUF, bytes);
        }
    }

    /// <summary>Sends messages as one; the room for it grows when it must. 0, or the error.</summary>
    internal int Send(ReadOnlySpan<byte> messages)
    {
        var errno = TrySend(messages);
        if (errno != Libc.EMSGSIZE)
        {
            return errno;
        }

        // The kernel doubles the number it is given.
        return SetOption(Libc.SOL_SOCKET, Libc.SO_SNDBUFFORCE, messages.Length) == 0 || SetOption(Libc.SOL_SOCKET, Libc.SO_SNDBUF, messages.Length) == 0
            ? TrySend(messages)
            : errno;
    }

    /// <summary>Waits for the next messages; they are valid until the next call. 0, or the error: EAGAIN when none came in time.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="waits">Whether to wait; else what is there is all there is.</param>
    internal int Receive(out NetlinkMessages messages, bool waits = true)
    {
        messages = default;
        fixed (byte* received = _received)
        {
            while (true)
            {
                var length = Libc.recv(_handle, received, _received.Length, waits ? Libc.MSG_TRUNC : Libc.MSG_TRUNC | Libc.MSG_DONTWAIT);
                if (length > _received.Length)
                {
                    return Libc.EMSGSIZE;
                }

                if (length >= 0)
                {
                    messages = new NetlinkMessages(_received.AsSpan(0, (int)length));
                    return 0;
                }

                var errno = Marshal.GetLastPInvokeError();
                if (errno != Libc.EINTR)
                {
                    return errno;
                }
            }
        }
    }

    /// <summary>Ends the message that was begun last, numbers it and asks it.</summary>
    /// <param name="request">One message, without its end.</param>
    /// <param name="handler">Takes the messages of the answer.</param>
    /// <returns>As of the other way to ask.</returns>
    internal NetlinkFault? Ask(NetlinkWriter request, NetlinkMessageHandler handler)
    {
        request.EndMessage();
        request.Number(TakeSequence(1));
        return Ask(request.Written, handler);
    }

    /// <summary>As above, for messages that have a header of the protocol's before their attributes.</summary>
    /// <param name="request">One message, without its end.</param>
    /// <param name="headerBytes">The bytes of that header.</param>
    /// <param name="handler">Takes the attributes of each message of the answer; they are valid during the call.</param>
    /// <returns>As of the other ways to ask.</returns>
    internal NetlinkFault? Ask(NetlinkWriter request, int headerBytes, Action<ReadOnlySpan<byte>> handler) => Ask(request, (_, body) =>
    {
        if (body.Length >= headerBytes)
        {
            handler(body[headerBytes..]);
        }
    });

    /// <summary>Asks one question and hands every message of the answer on, until the kernel says that it is complete.</summary>
    /// <param name="request">One message whose flags say that an answer ends: a dump, or with an acknowledgement.</param>
    /// <param name="handler">Takes the messages.</param>
    /// <returns>
    /// What went wrong; null when nothing did. EINTR when what was dumped changed meanwhile (NLM_F_DUMP_INTR): what was handed on is
    /// then not one state, and the question is to be asked again.
    /// </returns>
    internal NetlinkFault? Ask(ReadOnlySpan<byte> request, NetlinkMessageHandler handler)
    {
        var sequence = MemoryMarshal.Read<uint>(request[8..]);
        var errno = Send(request);
        var isInterrupted = false;
        while (errno == 0)
        {
            errno = Receive(out var messages);
            while (errno == 0 && messages.Next())
            {
                // Answers to a question that was given up on may still be queued.
                if (messages.Sequence != sequence)
                {
                    continue;
                }

                isInterrupted |= (messages.Flags & NetlinkMessages.NLM_F_DUMP_INTR) != 0;
                switch (messages.Type)
                {
                    case NetlinkMessages.NLMSG_ERROR:
                    case NetlinkMessages.NLMSG_DONE:
                        return NetlinkFault.Of(messages) ?? (isInterrupted ? new NetlinkFault(Libc.EINTR) : null);
                    default:
                        handler(messages.Type, messages.Body);
                        break;
                }
            }
        }

        return new NetlinkFault(errno);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private int TrySend(ReadOnlySpan<byte> messages)
    {
        fixed (byte* data = messages)
        {
            while (Libc.send(_handle, data, messages.Length, 0) < 0)
            {
                var errno = Marshal.GetLastPInvokeError();
                if (errno != Libc.EINTR)
                {
                    return errno;
                }
            }

            return 0;
        }
    }

    private int SetOption(int level, int option, int value) => Libc.setsockopt(_handle, level, option, &value, sizeof(int));
}

/// <summary>Takes one message of an answer.</summary>
/// <param name="type">Its type (nlmsg_type).</param>
/// <param name="body">What follows the netlink header; valid during the call.</param>
internal delegate void NetlinkMessageHandler(ushort type, ReadOnlySpan<byte> body);
