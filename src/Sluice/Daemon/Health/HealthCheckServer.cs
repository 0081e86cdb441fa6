using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.Daemon.Serving;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Daemon.Health;

/// <summary>
/// The health-check port of one Service, for one family: one listening socket for each address. Any path and any method is answered, as
/// kube-proxy does (pkg/proxy/healthcheck/service_health.go): 200 with ready endpoints on this node and a healthy proxy, else 503.
/// </summary>
internal sealed class HealthCheckServer : IDisposable
{
    private readonly List<HttpPort> _ports = [];
    private readonly ObjectName _service;
    private readonly Func<bool> _isHealthy;
    private volatile int _localEndpoints;

    private HealthCheckServer(HealthCheckPort wanted, EquatableArray<NetAddress> addresses, Func<bool> isHealthy)
    {
        (_service, Port, Addresses, _isHealthy) = (wanted.Service, wanted.Port, addresses, isHealthy);
        LocalEndpoints = wanted.LocalEndpoints;
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>The addresses.</summary>
    public EquatableArray<NetAddress> Addresses { get; }

    /// <summary>How many endpoints on this node are ready.</summary>
    public int LocalEndpoints
    {
        get => _localEndpoints;
        set => _localEndpoints = value;
    }

    /// <summary>Opens it on all of the addresses, or on none.</summary>
    /// <param name="server">The HTTP server.</param>
    /// <param name="wanted">The port.</param>
    /// <param name="addresses">The addresses.</param>
    /// <param name="isHealthy">Whether the proxy is healthy; asked with each request.</param>
    /// <exception cref="SocketException">One of them cannot be had.</exception>
    public static HealthCheckServer Open(HttpServer server, HealthCheckPort wanted, EquatableArray<NetAddress> addresses, Func<bool> isHealthy)
    {
        var opened = new HealthCheckServer(wanted, addresses, isHealthy);
        try
        {
            foreach (var address in addresses)
            {
                opened._ports.Add(server.Open(new IPEndPoint(address.ToIPAddress(), wanted.Port), _ => opened.Answer()));
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ports.ForEach(p => p.Dispose());

    private HttpReply Answer()
    {
        var (count, isHealthy) = (_localEndpoints, _isHealthy());

        // Go's indentation: tabs. Names are of letters, digits, dots and dashes.
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $"{{\n\t\"service\": {{\n\t\t\"namespace\": \"{_service.Namespace}\",\n\t\t\"name\": \"{_service.Name}\"\n\t}},\n\t\"localEndpoints\": {count},\n\t\"serviceProxyHealthy\": {(isHealthy ? "true" : "false")}\n}}");
        return HttpReply.Json(count > 0 && isHealthy ? HttpReply.Ok : HttpReply.Unavailable, Encoding.UTF8.GetBytes(body)) with { EndpointWeight = count };
    }
}
