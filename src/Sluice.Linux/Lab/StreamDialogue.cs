using System.Net;
using System.Net.Sockets;
using Sluice.Linux.Interop;
using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>TCP, and SCTP where the kernel has sockets of it.</summary>
internal sealed class StreamDialogue : Dialogue
{
    private const int Backlog = 4096;
    private static readonly Lazy<bool> s_kernelHasSctp = new(() =>
    {
        var fd = Libc.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, L4Protocol.Sctp.Number);
        using var handle = new SafeSocketHandle(fd, ownsHandle: true);
        return fd >= 0;
    });

    private readonly int _protocol;

    private StreamDialogue(L4Protocol protocol) => _protocol = protocol.Number;

    internal static StreamDialogue Tcp { get; } = new(L4Protocol.Tcp);

    internal static StreamDialogue Sctp { get; } = new(L4Protocol.Sctp);

    /// <summary>Whether the kernel has SCTP sockets; rules and connection tracking of SCTP do not need them.</summary>
    internal static bool KernelHasSctp => s_kernelHasSctp.Value;

    internal override Socket Listen(NetworkNamespace space, IPEndPoint local)
    {
        var socket = Open(space, local.AddressFamily);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, optionValue: true);
        socket.Bind(local);
        socket.Listen(Backlog);
        return socket;
    }

    internal override async Task AnswerAsync(Socket listener, string name, IPEndPoint local)
    {
        while (true)
        {
            _ = HangUpAsync(await listener.AcceptAsync(), name);
        }
    }

    internal override Socket Open(NetworkNamespace space, AddressFamily family) => NewSocket(space, family, Libc.SOCK_STREAM, _protocol);

    internal override async Task<ConnectionResult> AskAsync(Socket socket, IPEndPoint? local, IPEndPoint server, TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        // A reset instead of TIME_WAIT: thousands of connections must not run out of ports.
        socket.LingerState = new LingerOption(enable: true, 0);
        if (local is not null)
        {
            socket.Bind(local);
        }

        await socket.ConnectAsync(server, late.Token);
        var buffer = new byte[WhoText.MaxLength];
        var length = 0;
        while (await socket.ReceiveAsync(buffer.AsMemory(length), late.Token) is var count and > 0)
        {
            length += count;
            if (WhoText.TryRead(buffer.AsSpan(0, length), out var result))
            {
                return result;
            }
        }

        throw new SocketException((int)SocketError.ConnectionReset);
    }

    // The client hangs up first, with a reset; one that does not is not waited for long.
    private static async Task HangUpAsync(Socket client, string name)
    {
        using (client)
        using (var late = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
        {
            try
            {
                _ = await client.SendAsync(WhoText.Write(name, (IPEndPoint)client.RemoteEndPoint!), late.Token);
                _ = await client.ReceiveAsync(new byte[1], late.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The expected end.
            }
        }
    }
}
