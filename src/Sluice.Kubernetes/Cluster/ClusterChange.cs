using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Cluster;

/// <summary>One change of the cluster, as a source reports it.</summary>
public abstract record ClusterChange
{
    private ClusterChange()
    {
    }

    /// <summary>An object is new or different; one that equals what is known changes nothing.</summary>
    /// <param name="Object">The object as it is now.</param>
    public sealed record Upsert(ClusterObject Object) : ClusterChange;

    /// <summary>An object is gone; one that is not known changes nothing.</summary>
    /// <param name="Object">The object as it was last; its type and name tell which.</param>
    public sealed record Delete(ClusterObject Object) : ClusterChange;
}
