using System.Net.Sockets;

namespace Sluice.Daemon;

/// <summary>
/// Held by the one proxy that may write a network namespace's rules. It is a name in the namespace itself (an abstract Unix socket,
/// unix(7)): proxies in other namespaces do not meet it, and it ends with the process however that ends.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private readonly Socket _socket;

    private InstanceLock(Socket socket) => _socket = socket;

    /// <summary>Takes it.</summary>
    /// <exception cref="CommandFailure">Another process has it.</exception>
    public static InstanceLock TakeOrFail()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // A name that begins with a zero byte has no file.
            socket.Bind(new UnixDomainSocketEndPoint("\0sluice-proxy"));
            return new InstanceLock(socket);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            throw new CommandFailure("another sluice proxy serves this node (its network namespace): stop that first");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
