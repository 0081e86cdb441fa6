using System.Net;
using System.Net.Sockets;
using Sluice.Linux.Interop;
using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>How servers and clients of the lab speak one protocol: both ends of a question "who are you, and whom do you see?".</summary>
internal abstract class Dialogue
{
    /// <summary>The dialogue of a protocol.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not TCP, UDP or SCTP.</exception>
    internal static Dialogue Of(L4Protocol protocol) =>
        protocol == L4Protocol.Tcp ? StreamDialogue.Tcp
        : protocol == L4Protocol.Udp ? DatagramDialogue.Instance
        : protocol == L4Protocol.Sctp ? (StreamDialogue.KernelHasSctp ? StreamDialogue.Sctp : SctpDialogue.Instance)
        : throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "servers of the lab speak TCP, UDP and SCTP");

    /// <summary>A server's socket, bound and listening.</summary>
    internal abstract Socket Listen(NetworkNamespace space, IPEndPoint local);

    /// <summary>Answers until the socket is closed.</summary>
    internal abstract Task AnswerAsync(Socket listener, string name, IPEndPoint local);

    /// <summary>A client's socket.</summary>
    internal abstract Socket Open(NetworkNamespace space, AddressFamily family);

    /// <summary>Asks once. What the kernel refuses comes as <see cref="SocketException"/>, the end of patience as a cancellation.</summary>
    internal abstract Task<ConnectionResult> AskAsync(Socket socket, IPEndPoint? local, IPEndPoint server, TimeSpan patience);

    /// <summary>A socket of the namespace, also of protocols .NET has no name for.</summary>
    protected static Socket NewSocket(NetworkNamespace space, AddressFamily family, int type, int protocol) => space.Run(() =>
    {
        var fd = Libc.socket(family == AddressFamily.InterNetwork ? Libc.AF_INET : Libc.AF_INET6, type | Libc.SOCK_CLOEXEC, protocol);
        return fd >= 0 ? new Socket(new SafeSocketHandle(fd, ownsHandle: true)) : throw LabException.FromErrno($"socket of protocol {protocol}");
    });

    /// <summary>Sends on a connected socket. A rule of the sender's own machine that forbids it is no answer yet: whether it also refuses is seen afterwards.</summary>
    protected static async Task SendAsync(Socket socket, byte[] packet, CancellationToken cancellationToken)
    {
        try
        {
            _ = await socket.SendAsync(packet, cancellationToken);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            // EPERM: a drop, or the drop that belongs to a rejection.
        }
    }
}
