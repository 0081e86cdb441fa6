using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.KernelTests.Lab;

/// <summary>
/// A machine beside the node, on a link of its own, that makes and answers real TCP connections. Its default route leads
/// through the node.
/// </summary>
public sealed class LabHost : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private const int FailuresAtMost = 20;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _listeners = [];
    private readonly List<Task> _loops = [];

    internal LabHost(NetworkNamespace node, string name, string gateway, IEnumerable<string> addresses)
    {
        Link = "h-" + name;
        Namespace = new NetworkNamespace(name);
        try
        {
            var bits = gateway.Contains(':') ? 64 : 16;
            _ = Namespace.Sysctl("net.ipv6.conf.default.accept_dad", "0");
            _ = node.Check("ip", ["-batch", "-"], $"""
                link add {Link} type veth peer name eth0 netns {Namespace.ThreadId.ToString(CultureInfo.InvariantCulture)}
                address add {gateway}/{bits} dev {Link}
                link set {Link} up

                """);
            var lines = string.Concat(addresses.Select(a => $"address add {a}/{bits} dev eth0\n"));
            _ = Namespace.Check("ip", ["-batch", "-"], $"link set lo up\nlink set eth0 up\n{lines}route add default via {gateway}\n");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public NetworkNamespace Namespace { get; }

    /// <summary>The node's link to it.</summary>
    public string Link { get; }

    /// <summary>Answers every connection to this endpoint with the endpoint's own name.</summary>
    public void Listen(IPEndPoint endpoint)
    {
        var listener = Namespace.Run(() => new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        _listeners.Add(listener);
        listener.Bind(endpoint);
        listener.Listen(1024);
        _loops.Add(AnswerAsync(listener, Encoding.ASCII.GetBytes(endpoint.ToString())));
    }

    /// <summary>Makes connections one after the other; counts who answered.</summary>
    public ConnectionCount Connect(IPEndPoint destination, int connections, IPAddress? source = null) =>
        Connect(Namespace, destination, connections, source);

    /// <summary>The same from any namespace, the node's among them.</summary>
    public static ConnectionCount Connect(NetworkNamespace from, IPEndPoint destination, int connections, IPAddress? source = null) =>
        from.Run(() =>
        {
            var answers = new Dictionary<string, int>();
            var errors = new List<string>();
            for (var i = 0; i < connections && errors.Count < FailuresAtMost; i++)
            {
                try
                {
                    var name = Ask(destination, source);
                    answers[name] = answers.GetValueOrDefault(name) + 1;
                }
                catch (Exception e) when (e is SocketException or OperationCanceledException)
                {
                    errors.Add(e.Message);
                }
            }

            return new ConnectionCount(answers, errors);
        });

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var listener in _listeners)
        {
            listener.Dispose();
        }

        _ = Task.WhenAll(_loops).Wait(TimeSpan.FromSeconds(5));
        Namespace.Dispose();
        _stop.Dispose();
    }

    private static string Ask(IPEndPoint destination, IPAddress? source)
    {
        using var socket = new Socket(destination.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveTimeout = (int)Patience.TotalMilliseconds,

            // A reset instead of TIME_WAIT: thousands of connections must not run out of ports.
            LingerState = new LingerOption(enable: true, 0),
        };
        if (source is not null)
        {
            socket.Bind(new IPEndPoint(source, 0));
        }

        using var late = new CancellationTokenSource(Patience);
        socket.ConnectAsync(destination, late.Token).AsTask().GetAwaiter().GetResult();
        Span<byte> buffer = stackalloc byte[64];
        var length = 0;
        while (length < buffer.Length && socket.Receive(buffer[length..]) is var count and > 0)
        {
            length += count;
        }

        return Encoding.ASCII.GetString(buffer[..length]);
    }

    private async Task AnswerAsync(Socket listener, byte[] name)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                using var client = await listener.AcceptAsync(_stop.Token);
                _ = client.Send(name);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the host.
        }
    }
}
