using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Sluice.Kubernetes.Api.Connection;

/// <summary>Connections to one API server, made with the files as they were when it was made.</summary>
internal sealed class Transport : IDisposable
{
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pingAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pingAnswer = TimeSpan.FromSeconds(15);

    // A balancer before several servers gets a chance to spread them.
    private static readonly TimeSpan s_lifetime = TimeSpan.FromMinutes(30);

    private readonly HttpMessageInvoker _invoker;
    private readonly ApiConnection _connection;
    private readonly KeyPair? _pair;
    private readonly (FileStamp? Authority, FileStamp? Certificate, FileStamp? Key) _stamps;

    /// <summary>Reads the files.</summary>
    /// <exception cref="ApiFault">They cannot be read.</exception>
    public Transport(ApiConnection connection, KeyPair? pair)
    {
        _connection = connection;
        _pair = pair;
        _stamps = StampsOf(connection, pair);
        var trust = connection is { SkipsVerification: false, Authority: { } authority } ? ServerTrust.Read(authority) : null;
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = connection.IsUncompressed ? DecompressionMethods.None : DecompressionMethods.GZip,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = s_connect,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = s_pingAfter,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            KeepAlivePingTimeout = s_pingAnswer,
            PooledConnectionLifetime = s_lifetime,
            UseCookies = false,

            // As client-go: nobody reaches this very machine through a proxy of the environment.
            UseProxy = connection.Proxy is not null || !connection.Server.IsLoopback,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = pair?.Read(),
                RemoteCertificateValidationCallback = connection.SkipsVerification ? AcceptAny
                    : trust is null ? null
                    : (_, certificate, chain, errors) => trust.Accepts(certificate, chain, errors),
            },
        };
        if (connection.Proxy is { } proxy)
        {
            // Without the password, since the framework names the proxy in its complaints.
            var address = new UriBuilder(proxy) { UserName = "", Password = "" }.Uri;
            handler.Proxy = new WebProxy(address) { Credentials = CredentialsOf(proxy) };
        }

        _invoker = new HttpMessageInvoker(handler);
    }

    /// <summary>Whether it is still what it would be if made now.</summary>
    public bool IsCurrent(KeyPair? pair) => pair == _pair && _stamps == StampsOf(_connection, pair);

    /// <summary>Sends a request; the answer's body arrives while it is read.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private static (FileStamp? Authority, FileStamp? Certificate, FileStamp? Key) StampsOf(ApiConnection connection, KeyPair? pair) =>
        (connection.Authority?.Stamp, pair?.Certificate.Stamp, pair?.Key.Stamp);

    private static bool AcceptAny(object sender, object? certificate, object? chain, SslPolicyErrors errors) => true;

    // HTTP/2 asks the other end by itself; for HTTP/1.1 the kernel does.
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)s_pingAfter.TotalSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static NetworkCredential? CredentialsOf(Uri proxy) =>
        proxy.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest]
            ? new NetworkCredential(Uri.UnescapeDataString(user), rest is [var password] ? Uri.UnescapeDataString(password) : "")
            : null;
}
