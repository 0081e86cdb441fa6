using System.Text.Json.Nodes;
using Sluice.KernelTests.Daemon;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// Where the proxy of a lab learns of the cluster: manifests, or an API server. What a test says is written as a manifest in any case, since tests
/// measure by it.
/// </summary>
internal sealed class LabSource : IAsyncDisposable
{
    private readonly string _folder;
    private readonly LabApiServer? _server;

    private LabSource(string folder, LabApiServer? server) => (_folder, _server) = (folder, server);

    /// <summary>The flags that have the proxy learn from here.</summary>
    public string[] Flags => _server is { } server ? ["--kubeconfig", server.Kubeconfig] : ["--cluster", _folder];

    /// <summary>The kubeconfig for the API server; null where there are manifests.</summary>
    public string? Kubeconfig => _server?.Kubeconfig;

    /// <summary>Makes one.</summary>
    /// <param name="node">Where an API server is to be reached: on its loopback interface.</param>
    /// <param name="folder">Where the manifests go.</param>
    /// <param name="fromServer">Whether it is an API server.</param>
    public static async Task<LabSource> OpenAsync(NetworkNamespace node, string folder, bool fromServer) =>
        new(folder, fromServer ? await LabApiServer.StartAsync(node, Directory.CreateDirectory(Path.Combine(folder, ".server")).FullName) : null);

    /// <summary>Manifests in a folder, which is made with the first of them.</summary>
    public static LabSource OfManifests(string folder) => new(folder, server: null);

    /// <summary>The cluster consists of these objects from now on: each as <c>kubectl get -o json</c> prints it.</summary>
    public void Write(IEnumerable<string> objects) => Write(ClusterFile.List(objects));

    /// <summary>The same with the text of a list of objects, which becomes one manifest, whole, at one moment.</summary>
    public void Write(string list, string name = "cluster.json")
    {
        var path = Path.Combine(Directory.CreateDirectory(_folder).FullName, name);
        File.WriteAllText(path + ".new", list);
        File.Move(path + ".new", path, overwrite: true);
        _server?.Serve(JsonNode.Parse(list)!["items"]!.AsArray().Select(item => item!.ToJsonString()));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
