using System.Text.Json.Nodes;
using Sluice.Tests.Api.Server;

namespace Sluice.KernelTests.Traffic;

/// <summary>An API server on the loopback interface of a network namespace, which serves what a test gives it, and the kubeconfig for it.</summary>
internal sealed class LabApiServer : IAsyncDisposable
{
    private readonly ApiServer _server;
    private readonly Dictionary<(string Kind, string Key), string> _served = [];

    private LabApiServer(ApiServer server, string folder)
    {
        _server = server;
        Kubeconfig = server.WriteKubeconfig(folder);
    }

    /// <summary>The server: it misbehaves when told to.</summary>
    public ApiServer Server => _server;

    /// <summary>What the proxy gets as <c>--kubeconfig</c>.</summary>
    public string Kubeconfig { get; }

    /// <summary>Starts it.</summary>
    /// <param name="node">On whose loopback interface.</param>
    /// <param name="folder">Where its kubeconfig goes, which is no folder of manifests.</param>
    public static async Task<LabApiServer> StartAsync(NetworkNamespace node, string folder)
    {
        node.Check("ip", ["link", "set", "lo", "up"]);
        return new(await ApiServer.StartAsync(TimeProvider.System, listener: node.Run(ApiServer.Listen)), folder);
    }

    /// <summary>Serves these objects, and no others: what differs from before is changed.</summary>
    public void Serve(IEnumerable<string> objects)
    {
        var wanted = objects.ToDictionary(json =>
        {
            var item = (JsonObject)JsonNode.Parse(json)!;
            return (item["kind"]!.GetValue<string>(), ApiStore.KeyOf(item));
        });
        foreach (var (kind, key) in _served.Keys.Except(wanted.Keys).ToList())
        {
            _server.Store.Remove(kind, key);
            _served.Remove((kind, key));
        }

        foreach (var (name, json) in wanted.Where(w => _served.GetValueOrDefault(w.Key) != w.Value))
        {
            _server.Store.Set(json);
            _served[name] = json;
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
