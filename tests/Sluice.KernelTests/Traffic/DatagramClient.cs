using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>A client that asks servers of the lab for their name over UDP, always from the same port: all its questions are one flow.</summary>
internal sealed class DatagramClient : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(300);

    private readonly string _name;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[200];

    public DatagramClient(string name, NetworkNamespace space, NetAddress to, int port)
    {
        _name = $"{name} to {to.WithPort(port)}";
        _socket = space.Run(() => new Socket(to.ToIPAddress().AddressFamily, SocketType.Dgram, ProtocolType.Udp));
        _socket.Connect(new IPEndPoint(to.ToIPAddress(), port));
    }

    /// <summary>Asks once: who answers, or null when nobody does.</summary>
    public async Task<string?> AskAsync()
    {
        using var late = new CancellationTokenSource(s_patience);
        try
        {
            // Answers that came too late for an earlier question.
            while (_socket.Available > 0)
            {
                _ = await _socket.ReceiveAsync(_buffer, late.Token);
            }

            _ = await _socket.SendAsync("who?\n"u8.ToArray(), late.Token);
            var length = await _socket.ReceiveAsync(_buffer, late.Token);
            return Encoding.ASCII.GetString(_buffer, 0, length).Split(' ')[0];
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (SocketException)
        {
            // Refused, by a rule or by the machine.
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();

    public override string ToString() => _name;
}
