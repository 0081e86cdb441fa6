using Sluice.Daemon;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Manifests;
using Sluice.Linux.Lab;
using Sluice.Net;

namespace Sluice.Demo;

/// <summary>The example cluster (<c>examples/cluster</c>): its manifests in a folder of their own, to be changed while a proxy watches.</summary>
internal sealed class DemoCluster : IDisposable
{
    private const string Resources = "cluster/";

    /// <summary>Writes the manifests.</summary>
    /// <param name="mode">How the node's proxy routes.</param>
    public DemoCluster(ProxyMode mode)
    {
        Mode = mode;
        Folder = Directory.CreateTempSubdirectory("sluice-demo-").FullName;
        var assembly = typeof(DemoCluster).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Resources, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var file = File.Create(PathOf(name[Resources.Length..]));
            stream.CopyTo(file);
        }
    }

    /// <summary>How the node's proxy routes.</summary>
    public ProxyMode Mode { get; }

    /// <summary>Where the manifests are.</summary>
    public string Folder { get; }

    /// <summary>The pods behind the Services, and one that only asks.</summary>
    public static LabPod[] Pods { get; } =
        [new("web-1", 11), new("web-2", 12), new("web-3", 13), new("upload-1", 14), new("dns-1", 15), new("shell", 20)];

    /// <summary>What the manifests mean on the node, as they are now.</summary>
    public ServiceIntent Read(LabNode node)
    {
        var content = ManifestFolder.Read(Folder);
        if (content.Problems.Count > 0)
        {
            throw new InvalidOperationException(content.Problems[0].ToString());
        }

        var state = new ClusterState();
        state.Apply(content.Objects.Select(o => new ClusterChange.Upsert(o)));
        var profile = new NodeProfile
        {
            Name = node.Machine.Name,
            NodeIPs = node.Machine.Addresses.ToEquatableArray(),
            LocalAddresses = node.AllAddresses.ToEquatableArray(),
            LocalDetector = new LocalDetector.Cidr(LabAddresses.ClusterCidrs.ToEquatableArray()),
            LocalhostNodePorts = Mode != ProxyMode.Ipvs,
            NodePortAddresses = Mode == ProxyMode.Nftables ? [.. node.Machine.Addresses.Select(Prefix.Host), Prefix.Parse("127.0.0.0/8")] : [],
        };
        return ServiceIntent.Of(state.Services, state.SlicesOf, profile, IPFamily.IPv4);
    }

    /// <summary>Takes an endpoint out of a manifest. The file is replaced whole, as careful programs do.</summary>
    /// <returns>The file.</returns>
    public string RemoveEndpoint(string file, NetAddress address)
    {
        var path = PathOf(file);
        var lines = File.ReadAllLines(path).ToList();
        var line = lines.FindIndex(l => l.Contains($"addresses: [{address}]", StringComparison.Ordinal));
        lines.RemoveRange(line, 2);
        File.WriteAllLines(path + ".new", lines);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private string PathOf(string file) => Path.Combine(Folder, file);
}
