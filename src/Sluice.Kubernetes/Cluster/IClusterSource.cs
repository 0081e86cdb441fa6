namespace Sluice.Kubernetes.Cluster;

/// <summary>Where cluster objects come from: manifests on disk, or an API server.</summary>
public interface IClusterSource
{
    /// <summary>
    /// Reports everything there is, then every change, until cancelled. What cannot be read now is reported as a problem and
    /// tried again; objects that were known before stay.
    /// </summary>
    public IAsyncEnumerable<ClusterUpdate> WatchAsync(CancellationToken cancellationToken);
}
