using System.Net;
using System.Net.Sockets;
using Sluice.Linux.Interop;
using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>UDP: a datagram each way.</summary>
internal sealed class DatagramDialogue : Dialogue
{
    private static readonly byte[] s_question = "who?\n"u8.ToArray();

    internal static DatagramDialogue Instance { get; } = new();

    internal override Socket Listen(NetworkNamespace space, IPEndPoint local)
    {
        var socket = Open(space, local.AddressFamily);
        socket.Bind(local);
        return socket;
    }

    internal override async Task AnswerAsync(Socket listener, string name, IPEndPoint local)
    {
        var buffer = new byte[WhoText.MaxLength];
        var anyone = new IPEndPoint(local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (true)
        {
            try
            {
                var question = await listener.ReceiveFromAsync(buffer, SocketFlags.None, anyone);
                _ = await listener.SendToAsync(WhoText.Write(name, (IPEndPoint)question.RemoteEndPoint), SocketFlags.None, question.RemoteEndPoint);
            }
            catch (SocketException e) when (e.SocketErrorCode is not SocketError.OperationAborted)
            {
                // An ICMP error about an earlier answer: its client has left.
            }
        }
    }

    internal override Socket Open(NetworkNamespace space, AddressFamily family) =>
        NewSocket(space, family, Libc.SOCK_DGRAM, L4Protocol.Udp.Number);

    internal override async Task<ConnectionResult> AskAsync(Socket socket, IPEndPoint? local, IPEndPoint server, TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        if (local is not null)
        {
            socket.Bind(local);
        }

        // Connected, so that ICMP errors are reported on the socket.
        socket.Connect(server);
        await SendAsync(socket, s_question, late.Token);
        var buffer = new byte[WhoText.MaxLength];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, late.Token);
            if (WhoText.TryRead(buffer.AsSpan(0, length), out var result))
            {
                return result;
            }
        }
    }
}
