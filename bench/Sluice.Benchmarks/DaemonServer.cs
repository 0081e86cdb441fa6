using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.Input;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Tests.Api.Server;

namespace Sluice.Benchmarks;

/// <summary>The tests' API server with the objects of a <see cref="RouteManifest"/>, over TLS on the loopback interface of this namespace.</summary>
internal sealed class DaemonServer : IAsyncDisposable
{
    private const int ServicesAtATime = 100;

    private readonly ApiServer _server;
    private readonly RouteManifest _manifest;
    private long _told;

    private DaemonServer(ApiServer server, RouteManifest manifest, int services, string folder)
    {
        (_server, _manifest) = (server, manifest);
        server.Telling = () => Interlocked.CompareExchange(ref _told, Stopwatch.GetTimestamp(), 0);
        Kubeconfig = server.WriteKubeconfig(folder);
        for (var first = 0; first < services; first += ServicesAtATime)
        {
            foreach (var item in Objects(first, Math.Min(ServicesAtATime, services - first)))
            {
                server.Store.Set(item.ToJsonString());
            }
        }

        // Nobody watches from before.
        server.Store.Compact();
    }

    /// <summary>What the proxy gets as <c>--kubeconfig</c>.</summary>
    public string Kubeconfig { get; }

    /// <summary>When it began to write the event of the last change, as <see cref="Stopwatch.GetTimestamp"/> counts; 0 when it has not yet.</summary>
    public long Told => Interlocked.Read(ref _told);

    public static async Task<DaemonServer> StartAsync(RouteManifest manifest, int services, string folder) =>
        new(await ApiServer.StartAsync(TimeProvider.System), manifest, services, folder);

    /// <summary>Replaces one endpoint of a Service.</summary>
    /// <param name="service">Which Service.</param>
    /// <param name="change">Gives it an address that no other has.</param>
    public void Move(int service, int change)
    {
        var slice = Objects(service, 1, service, change)[^1].ToJsonString();
        Interlocked.Exchange(ref _told, 0);
        _server.Store.Set(slice);
    }

    /// <summary>What the node must do for what it serves now, as read through the API.</summary>
    public ServiceIntent ReadIntent()
    {
        var state = new ClusterOrigin.Server(Kubernetes.Api.Configuration.Kubeconfig.Load(Kubeconfig)).ReadOnce(RouteManifest.NodeName, TimeProvider.System);
        return ServiceIntent.Of(state.Services, state.SlicesOf, NftCluster.Node, IPFamily.IPv4);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private JsonNode[] Objects(int first, int count, int moved = -1, int to = 0)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _manifest.WriteTo(text, first, count, moved, to);
        return [.. ((JsonArray)JsonNode.Parse(text.ToString())!["items"]!).Select(i => i!)];
    }
}
