using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sluice.Benchmarks;

/// <summary>One way for connections from the calling thread's namespace. Each is a new one for all rules on the way.</summary>
/// <param name="target">What the client connects to.</param>
internal sealed class NftTrafficWay(IPEndPoint target)
{
    public const int PacketLength = 16;

    private const int FirstPort = 4_096;
    private const int LastPort = 65_000;

    /// <summary>How long an answer is waited for: far longer than any takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly byte[] _target = target.Serialize().Buffer.ToArray();
    private readonly byte[] _packet = new byte[PacketLength];

    // A port of its own for each connection: what connection tracking remembers of one is of no use to another.
    private int _port = FirstPort;

    /// <summary>How long connect(2) takes: three packets, of which the first meets the rules.</summary>
    /// <param name="server">The listening socket it reaches.</param>
    public TimeSpan Connect(Socket server)
    {
        using var socket = Open(SocketType.Stream, ProtocolType.Tcp);

        // A reset instead of TIME_WAIT.
        socket.LingerState = new LingerOption(enable: true, 0);
        var start = Stopwatch.GetTimestamp();
        var error = Connect(socket.SafeHandle, _target, _target.Length);
        var time = Stopwatch.GetElapsedTime(start);
        if (error != 0)
        {
            throw new InvalidOperationException($"no connection to {target}");
        }

        server.Accept().Dispose();
        return time;
    }

    /// <summary>How long a datagram there and one back take; null when no answer came.</summary>
    public TimeSpan? Ask()
    {
        using var socket = Open(SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        socket.Connect(target);
        var start = Stopwatch.GetTimestamp();
        try
        {
            _ = socket.Send(_packet);
            _ = socket.Receive(_packet);
            return Stopwatch.GetElapsedTime(start);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
        {
            return null;
        }
    }

    private Socket Open(SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(target.AddressFamily, type, protocol);
        socket.Bind(new IPEndPoint(target.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, _port));
        _port = _port == LastPort ? FirstPort : _port + 1;
        return socket;
    }

    // Without what Socket.Connect does around it.
    [DllImport("libc", EntryPoint = "connect")]
    private static extern int Connect(SafeHandle socket, byte[] address, int length);
}
