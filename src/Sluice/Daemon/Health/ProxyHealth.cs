using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Daemon.Health;

/// <summary>
/// Whether the proxy is in order, by kube-proxy's rules (pkg/proxy/healthcheck, 1.36): a family is healthy unless a change has waited for
/// two sync periods; the node is eligible unless it is unknown, being deleted, or marked by the cluster autoscaler. Ages are by a clock
/// that nobody sets. Safe from any thread.
/// </summary>
/// <param name="nodeName">The node's name.</param>
/// <param name="families">The families that are routed.</param>
/// <param name="period">How often the rules are looked over.</param>
/// <param name="time">The clock.</param>
internal sealed class ProxyHealth(string nodeName, IReadOnlyList<IPFamily> families, TimeSpan period, TimeProvider time)
{
    private readonly FamilyProgress[] _families = [.. families.Select(f => new FamilyProgress(f, 2 * period, time))];
    private volatile bool _isComplete;
    private volatile bool _isNodeEligible;

    /// <summary>How far the families are.</summary>
    public IReadOnlyList<FamilyProgress> Families => _families;

    /// <summary>The families' syncs begin: everything in the cluster is known.</summary>
    public void Start()
    {
        _isComplete = true;
        foreach (var family in _families)
        {
            family.Start();
        }
    }

    /// <summary>Looks at changes for what they say of the node.</summary>
    public void Look(IReadOnlyList<ClusterChange> changes)
    {
        foreach (var change in changes)
        {
            switch (change)
            {
                case ClusterChange.Upsert { Object: Node node } when node.Name.Name == nodeName:
                    _isNodeEligible = !node.IsLeaving;
                    break;
                case ClusterChange.Delete { Object: Node node } when node.Name.Name == nodeName:
                    _isNodeEligible = false;
                    break;
            }
        }
    }

    /// <summary>How far a family is.</summary>
    public FamilyProgress Of(IPFamily family) => Array.Find(_families, f => f.Family == family)
        ?? throw new ArgumentException($"{family} is not routed", nameof(family));

    /// <summary>How it stands now.</summary>
    public HealthReport Read() => new(time.GetUtcNow(), _isComplete, _isNodeEligible, [.. _families.Select(f => f.Read())]);
}
