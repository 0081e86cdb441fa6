using System.Net;
using System.Net.Sockets;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>
/// A client and a server with several nodes between them, all on one processor: so packets are handled in the order they are sent,
/// and what is measured is their way.
/// </summary>
internal sealed class NftTrafficLab : IDisposable
{
    /// <summary>Which of the processors this process may use.</summary>
    public const int Cpu = 1;

    public const int TcpPort = 8080;
    public const int UdpPort = 8053;

    private readonly List<NftTrafficNode> _nodes = [];

    public NftTrafficLab(int nodes)
    {
        Configure(Client);
        Configure(Server);
        for (var i = 0; i < nodes; i++)
        {
            _nodes.Add(new NftTrafficNode(i, Client, Server));
        }
    }

    public static IReadOnlyList<IPFamily> Families { get; } = [IPFamily.IPv4, IPFamily.IPv6];

    public NetworkNamespace Client { get; } = new("client", Cpu);

    public NetworkNamespace Server { get; } = new("server", Cpu);

    public IReadOnlyList<NftTrafficNode> Nodes => _nodes;

    /// <summary>Makes a namespace forward, and use addresses at once. Before any link exists, so that links take it over.</summary>
    public static void Configure(NetworkNamespace space)
    {
        foreach (var (name, value) in new[]
        {
            ("net.ipv4.ip_forward", "1"), ("net.ipv6.conf.all.forwarding", "1"),
            ("net.ipv6.conf.default.accept_dad", "0"), ("net.ipv6.conf.default.dad_transmits", "0"),
        })
        {
            _ = space.Sysctl(name, value);
        }
    }

    /// <summary>A server that accepts connections, as soon as somebody asks its socket for them.</summary>
    public Socket Listen(IPFamily family) => Server.Run(() =>
    {
        var any = Any(family, TcpPort);
        var socket = new Socket(any.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(any);
        socket.Listen();
        return socket;
    });

    /// <summary>A server that sends so many datagrams back and then ends; earlier when no more come, since some were lost.</summary>
    public Task AnswerAsync(IPFamily family, int datagrams)
    {
        var any = Any(family, UdpPort);
        var socket = Server.Run(() => new Socket(any.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        socket.Bind(any);
        socket.ReceiveTimeout = (int)(4 * NftTrafficWay.Patience).TotalMilliseconds;
        return Task.Run(() => Server.Run(() =>
        {
            using (socket)
            {
                var packet = new byte[NftTrafficWay.PacketLength];
                var client = new SocketAddress(any.AddressFamily);
                try
                {
                    for (var i = 0; i < datagrams; i++)
                    {
                        var length = socket.ReceiveFrom(packet, SocketFlags.None, client);
                        _ = socket.SendTo(packet.AsSpan(0, length), SocketFlags.None, client);
                    }
                }
                catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
                {
                    // The clients count what they miss.
                }
            }
        }));
    }

    public void Dispose()
    {
        _nodes.ForEach(n => n.Dispose());
        Client.Dispose();
        Server.Dispose();
    }

    private static IPEndPoint Any(IPFamily family, int port) => new(family == IPFamily.IPv4 ? IPAddress.Any : IPAddress.IPv6Any, port);
}
