using System.Runtime.InteropServices;

namespace Sluice.KernelTests.Lab.Interop;

/// <summary>A raw file descriptor of a socket. It stays in the network namespace of the thread that made it.</summary>
internal sealed unsafe class LabSocket : IDisposable
{
    private int _fd;

    internal LabSocket(int domain, int type, int protocol)
    {
        _fd = Libc.socket(domain, type | Libc.SOCK_CLOEXEC, protocol);
        if (_fd < 0)
        {
            throw LabException.FromErrno($"socket({domain}, {type}, {protocol})");
        }
    }

    internal void Bind(ReadOnlySpan<byte> address)
    {
        fixed (byte* a = address)
        {
            if (Libc.bind(_fd, a, address.Length) < 0)
            {
                throw LabException.FromErrno("bind");
            }
        }
    }

    internal void SetOption(int level, int option, int value)
    {
        if (Libc.setsockopt(_fd, level, option, &value, sizeof(int)) < 0)
        {
            throw LabException.FromErrno($"setsockopt({level}, {option}, {value})");
        }
    }

    internal void SetReceiveTimeout(TimeSpan timeout)
    {
        var value = stackalloc long[2];
        value[0] = (long)timeout.TotalSeconds;
        value[1] = timeout.Microseconds + (timeout.Milliseconds * 1000L);
        if (Libc.setsockopt(_fd, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, value, 16) < 0)
        {
            throw LabException.FromErrno("setsockopt(SO_RCVTIMEO)");
        }
    }

    /// <summary>Sends one datagram; returns 0 or the errno, because a dropped OUTPUT packet is an errno too.</summary>
    internal int Send(ReadOnlySpan<byte> data, ReadOnlySpan<byte> address)
    {
        fixed (byte* d = data)
        fixed (byte* a = address)
        {
            while (true)
            {
                if (Libc.sendto(_fd, d, data.Length, 0, a, address.Length) >= 0)
                {
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

    /// <summary>One datagram into <paramref name="buffer"/>; -1 when the receive timeout passed.</summary>
    internal int Receive(Span<byte> buffer)
    {
        fixed (byte* b = buffer)
        {
            while (true)
            {
                var length = Libc.recv(_fd, b, buffer.Length, Libc.MSG_TRUNC);
                if (length > buffer.Length)
                {
                    throw new LabException($"a datagram of {length} bytes does not fit {buffer.Length}");
                }

                if (length >= 0)
                {
                    return (int)length;
                }

                switch (Marshal.GetLastPInvokeError())
                {
                    case Libc.EINTR: continue;
                    case Libc.EAGAIN: return -1;
                    case Libc.ENOBUFS: throw new LabException("netlink receive buffer overflow: events were lost");
                    default: throw LabException.FromErrno("recv");
                }
            }
        }
    }

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Libc.close(_fd);
            _fd = -1;
        }
    }
}
