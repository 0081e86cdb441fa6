using System.Diagnostics;
using Sluice.Kubernetes.Api;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Manifests;

namespace Sluice.Input;

/// <summary>Where the objects of a cluster come from.</summary>
internal abstract record ClusterOrigin
{
    private ClusterOrigin()
    {
    }

    /// <summary>Manifests on disk.</summary>
    /// <param name="Path">A file or folder.</param>
    public sealed record OnDisk(string Path) : ClusterOrigin;

    /// <summary>An API server.</summary>
    /// <param name="Connection">How it is reached.</param>
    public sealed record Server(ApiConnection Connection) : ClusterOrigin;

    /// <summary>What to call it.</summary>
    public string Name => this switch
    {
        OnDisk(var path) => path,
        Server(var connection) => connection.Name,
        _ => throw new UnreachableException(),
    };

    /// <summary>Begins to follow it.</summary>
    /// <param name="nodeName">The node it is followed for.</param>
    /// <param name="time">The clock.</param>
    public IClusterSource Open(string nodeName, TimeProvider time) => this switch
    {
        OnDisk(var path) => new ManifestSource(path, time),

        // Hashes of texts differ from process to process, and so what the nodes of a cluster draw.
        Server(var connection) => new ApiSource(connection, nodeName, time, nodeName.GetHashCode(StringComparison.Ordinal), new CredentialPlugins()),
        _ => throw new UnreachableException(),
    };

    /// <summary>Reads everything once.</summary>
    /// <param name="nodeName">The only node to read; null for all.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CommandFailure">Something cannot be read.</exception>
    public ClusterState ReadOnce(string? nodeName, TimeProvider time)
    {
        var (objects, problems) = this switch
        {
            OnDisk(var path) => ReadManifests(path),
            Server(var connection) => ReadServer(connection, nodeName, time),
            _ => throw new UnreachableException(),
        };
        if (problems.Count > 0)
        {
            throw new CommandFailure(problems[0] + (problems.Count == 1 ? "" : $" (and {problems.Count - 1} more)"));
        }

        var state = new ClusterState();
        state.Apply(objects.Select(o => new ClusterChange.Upsert(o)));
        return state;
    }

    private static ClusterContent ReadManifests(string path)
    {
        var content = ManifestFolder.Read(path);
        return new ClusterContent(content.Objects, [.. content.Problems.Select(p => p.ToString())]);
    }

    private static ClusterContent ReadServer(ApiConnection connection, string? nodeName, TimeProvider time)
    {
        using var source = new ApiSource(connection, nodeName, time, seed: 0, new CredentialPlugins());
        try
        {
            return source.ListAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (ApiException e)
        {
            throw new CommandFailure(e.Message);
        }
    }
}
