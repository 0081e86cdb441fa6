using System.Net;
using System.Net.Sockets;

namespace Sluice.KernelTests.Lab;

/// <summary>HTTP from inside a network namespace.</summary>
internal static class NamespaceHttp
{
    /// <summary>A client whose connections are made there.</summary>
    public static HttpClient NewClient(NetworkNamespace space) => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var server = new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host.Trim('[', ']')), context.DnsEndPoint.Port);
            var socket = NewSocket(space, server.AddressFamily);
            try
            {
                await socket.ConnectAsync(server, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>A socket of the namespace, not connected yet.</summary>
    public static Socket NewSocket(NetworkNamespace space, AddressFamily family) => space.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
}
