using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Sluice.Tests.Api.Server;

/// <summary>
/// A small API server over real TLS on the loopback interface: lists in pages, watches, selectors, users by token or certificate. It
/// misbehaves when told to.
/// </summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<ConnectionContext, bool> _connections = new();
    private readonly CancellationTokenSource _end = new();

    private ApiServer(Socket listener, TimeProvider time, HttpProtocols protocols)
    {
        _time = time;
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Certificate = Authority.IssueServer();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.CreateBoundListenSocket = _ => listener).UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen((IPEndPoint)listener.LocalEndPoint, listen =>
            {
                listen.Protocols = protocols;
                listen.Use(next => connection => ServeAsync(connection, next));
                listen.UseHttps(https =>
                {
                    https.ServerCertificateSelector = (_, name) =>
                    {
                        LastServerName = name;
                        return Certificate;
                    };
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.AllowAnyClientCertificate();
                });
            });
        });
        _application = builder.Build();
        _application.Run(context => Activity.WorkAsync(() => AnswerAsync(context)));
    }

    /// <summary>What it serves.</summary>
    public ApiStore Store { get; } = new();

    /// <summary>What it does right now.</summary>
    public ServerActivity Activity { get; } = new();

    /// <summary>Who vouches for it.</summary>
    public TestAuthority Authority { get; } = new();

    /// <summary>The certificate that new connections are shown.</summary>
    public X509Certificate2 Certificate { get; set; }

    /// <summary>Its port on the loopback interface.</summary>
    public int Port { get; }

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{Port}"));

    /// <summary>The tokens it takes, and the thumbprints of certificates; null for anybody.</summary>
    public IReadOnlyCollection<string>? Users { get; set; }

    /// <summary>Whether ServiceCIDRs are served; else 404, as servers before Kubernetes 1.33.</summary>
    public bool HasServiceCidrs { get; set; } = true;

    /// <summary>Decides how an answer goes wrong: the resource, and whether it is a watch.</summary>
    public Func<string, bool, Trouble?> Misbehave { get; set; } = (_, _) => null;

    /// <summary>Called just before a watch writes an event; to be set before watches begin.</summary>
    public Action? Telling { get; set; }

    /// <summary>Whether nobody answers: connections are reset.</summary>
    public bool IsGone { get; private set; }

    /// <summary>The name that the last connection asked for (SNI); null for none.</summary>
    public string? LastServerName { get; private set; }

    /// <summary>The requests so far: path, query and protocol.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Starts one.</summary>
    /// <param name="time">The clock of its watches.</param>
    /// <param name="protocols">What it speaks.</param>
    /// <param name="listener">Where it listens; null for a port of its own on 127.0.0.1.</param>
    public static async Task<ApiServer> StartAsync(TimeProvider time, HttpProtocols protocols = HttpProtocols.Http1AndHttp2, Socket? listener = null)
    {
        var server = new ApiServer(listener ?? Listen(), time, protocols);
        await server._application.StartAsync();
        return server;
    }

    /// <summary>A socket on 127.0.0.1, in the network namespace of this thread.</summary>
    public static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    /// <summary>From now on takes one token only, and writes a kubeconfig that has it.</summary>
    /// <param name="folder">Where to, which is no folder of manifests.</param>
    /// <returns>Its path.</returns>
    public string WriteKubeconfig(string folder)
    {
        const string Token = "let-me-in";
        Users = [$"Bearer {Token}"];
        File.WriteAllText(Path.Combine(folder, "ca.crt"), Authority.Pem);
        File.WriteAllText(Path.Combine(folder, "token"), Token);
        var path = Path.Combine(folder, "kubeconfig");
        File.WriteAllText(path, $$"""
            current-context: lab
            contexts: [ { name: lab, context: { cluster: lab, user: proxy } } ]
            clusters: [ { name: lab, cluster: { server: "{{Address.OriginalString}}", certificate-authority: ca.crt } } ]
            users: [ { name: proxy, user: { tokenFile: token } } ]
            """);
        return path;
    }

    /// <summary>Goes away: every connection is reset, and every new one.</summary>
    public void Leave()
    {
        IsGone = true;
        ResetConnections();
    }

    /// <summary>Comes back.</summary>
    public void Return() => IsGone = false;

    /// <summary>Resets the connections that there are.</summary>
    public void ResetConnections()
    {
        foreach (var connection in _connections.Keys)
        {
            connection.Abort();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        Leave();
        await _application.DisposeAsync();
        Authority.Dispose();
        Certificate.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (IsGone)
        {
            connection.Abort();
            return;
        }

        _connections.TryAdd(connection, true);
        try
        {
            await next(connection);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _end.Token);
        var query = context.Request.Query;
        var isWatch = query.ContainsKey("watch");
        Requests.Enqueue($"{context.Request.Path}{context.Request.QueryString} {context.Request.Protocol}");
        var resource = context.Request.Path.Value!.Split('/')[^1];
        var trouble = Misbehave(resource, isWatch);
        var refusal = trouble as Trouble.Refusal
            ?? (await IsKnownAsync(context) ? null : new Trouble.Refusal(401, "Unauthorized"))
            ?? (resource == "servicecidrs" && !HasServiceCidrs ? new Trouble.Refusal(404, "NotFound") : null);
        try
        {
            if (refusal is null)
            {
                context.Response.ContentType = "application/json";
                var body = new TroubledBody(context, trouble, _time, Activity);
                if (isWatch)
                {
                    await context.Response.Body.FlushAsync(end.Token);
                    await new WatchAnswer(Store, resource, body, trouble, _time, Activity, Telling).WriteAsync(query, end.Token);
                }
                else
                {
                    refusal = await ListAnswer.WriteAsync(Store, resource, query, body, trouble, end.Token);
                }
            }

            if (refusal is not null)
            {
                await RefuseAsync(context, refusal, end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client left, or the test is over.
        }
    }

    private async Task<bool> IsKnownAsync(HttpContext context)
    {
        if (Users is not { } users)
        {
            return true;
        }

        var header = context.Request.Headers.Authorization.ToString();
        var certificate = await context.Connection.GetClientCertificateAsync();
        return users.Contains(header) || (certificate is not null && users.Contains(certificate.Thumbprint));
    }

    private static async Task RefuseAsync(HttpContext context, Trouble.Refusal refusal, CancellationToken cancellationToken)
    {
        context.Response.StatusCode = refusal.Code;
        if (refusal.RetryAfterSeconds is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        await context.Response.WriteAsync(
            $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"refused on purpose","reason":"{{refusal.Reason}}","code":{{refusal.Code}}}""",
            cancellationToken);
    }
}
