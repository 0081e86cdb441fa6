using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Sluice.Linux.Interop;
using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>
/// SCTP over raw sockets, for kernels without SCTP of their own: the first two packets of an association, which is all that
/// rules and connection tracking need to see.
/// </summary>
internal sealed class SctpDialogue : Dialogue
{
    private const int FirstPort = 32768;
    private const int Ports = 28000;
    private static readonly ConcurrentDictionary<(IPAddress? Client, IPAddress Server), SemaphoreSlim> s_turns = [];
    private static int s_count;

    internal static SctpDialogue Instance { get; } = new();

    internal override Socket Listen(NetworkNamespace space, IPEndPoint local)
    {
        var socket = Open(space, local.AddressFamily);
        socket.Bind(new IPEndPoint(local.Address, 0));
        return socket;
    }

    internal override async Task AnswerAsync(Socket listener, string name, IPEndPoint local)
    {
        var buffer = new byte[2048];
        var anyone = new IPEndPoint(local.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (true)
        {
            var question = await listener.ReceiveFromAsync(buffer, SocketFlags.None, anyone);
            if (SctpPacket.Read(Payload(buffer.AsSpan(0, question.ReceivedBytes), local.AddressFamily)) is { Chunk: SctpPacket.Init } init
                && init.DestinationPort == local.Port)
            {
                var client = ((IPEndPoint)question.RemoteEndPoint).Address;
                var answer = new SctpPacket(SctpPacket.InitAck, init.DestinationPort, init.SourcePort, init.InitiateTag, ~init.InitiateTag)
                {
                    Cookie = WhoText.Write(name, new IPEndPoint(client, init.SourcePort)),
                };
                _ = await listener.SendToAsync(answer.Write(), SocketFlags.None, new IPEndPoint(client, 0));
            }
        }
    }

    internal override Socket Open(NetworkNamespace space, AddressFamily family) => NewSocket(space, family, Libc.SOCK_RAW, L4Protocol.Sctp.Number);

    internal override async Task<ConnectionResult> AskAsync(Socket socket, IPEndPoint? local, IPEndPoint server, TimeSpan patience)
    {
        // Raw sockets have no ports: an ICMP error would reach every one between the same addresses.
        var turn = s_turns.GetOrAdd((local?.Address, server.Address), _ => new SemaphoreSlim(1));
        await turn.WaitAsync();
        try
        {
            return await AskAloneAsync(socket, local, server, patience);
        }
        finally
        {
            _ = turn.Release();
        }
    }

    private static async Task<ConnectionResult> AskAloneAsync(Socket socket, IPEndPoint? local, IPEndPoint server, TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        if (local is not null)
        {
            socket.Bind(new IPEndPoint(local.Address, 0));
        }

        // Connected, so that ICMP errors are reported on the socket.
        socket.Connect(new IPEndPoint(server.Address, 0));
        var number = Interlocked.Increment(ref s_count);
        var port = (ushort)(local is { Port: > 0 } ? local.Port : FirstPort + (number % Ports));
        var init = new SctpPacket(SctpPacket.Init, port, (ushort)server.Port, 0, (uint)number);
        await SendAsync(socket, init.Write(), late.Token);
        var buffer = new byte[2048];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, late.Token);
            if (SctpPacket.Read(Payload(buffer.AsSpan(0, length), server.AddressFamily)) is { Chunk: SctpPacket.InitAck } answer
                && answer.DestinationPort == port && answer.VerificationTag == init.InitiateTag
                && WhoText.TryRead(answer.Cookie, out var result))
            {
                return result;
            }
        }
    }

    // IPv4 raw sockets receive the IP header too, IPv6 ones do not.
    private static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> packet, AddressFamily family)
    {
        if (family == AddressFamily.InterNetworkV6 || packet.IsEmpty)
        {
            return packet;
        }

        var header = (packet[0] & 0xf) * 4;
        return header <= packet.Length ? packet[header..] : [];
    }
}
