using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>
/// What the cluster wants of this node. Changes go in as they come; intents come out when a family's sync asks, so that of many
/// changes to a Service only the last is worked out. Safe from any thread.
/// </summary>
/// <param name="nodeName">The node's name.</param>
/// <param name="profileOf">Describes the node from its object (null while there is none) and what is found on this machine.</param>
/// <param name="families">The families to route.</param>
internal sealed class DesiredState(string nodeName, Func<Node?, NodeProfile> profileOf, IReadOnlyList<IPFamily> families)
{
    private readonly Lock _gate = new();
    private readonly ClusterState _cluster = new();
    private readonly Dictionary<IPFamily, FamilyState> _families = families.ToDictionary(f => f, _ => new FamilyState());
    private NodeProfile? _profile;
    private bool _isNodeOld;

    /// <summary>Takes changes in.</summary>
    /// <returns>Whether a sync has something to do.</returns>
    public bool Apply(IReadOnlyList<ClusterChange> changes)
    {
        lock (_gate)
        {
            // No route depends on a Pod: none is kept.
            _ = _cluster.Apply(changes.Where(c => c is not (ClusterChange.Upsert { Object: Pod } or ClusterChange.Delete { Object: Pod })));
            var services = _cluster.TakeChangedServices();
            foreach (var family in _families.Values)
            {
                family.Changed.UnionWith(services);
            }

            _isNodeOld |= _cluster.TakeNodesChanged() | _cluster.TakeServiceCidrsChanged();
            return _isNodeOld || services.Count > 0;
        }
    }

    /// <summary>Has the node described anew: its addresses may have changed.</summary>
    public void LookAtNode()
    {
        lock (_gate)
        {
            _isNodeOld = true;
        }
    }

    /// <summary>What a family's rules shall be now. What describing the node throws comes out here, and everything is kept for the next time.</summary>
    public WantedState Take(IPFamily family)
    {
        lock (_gate)
        {
            var node = DescribeNode();
            var state = _families[family];
            IReadOnlyCollection<ObjectName> changed;
            if (state.Intent is { } intent && ReferenceEquals(intent.Node, node))
            {
                var changes = new List<KeyValuePair<ObjectName, EquatableArray<PortIntent>>>(state.Changed.Count);
                foreach (var name in state.Changed)
                {
                    var ports = _cluster.FindService(name) is { } service
                        ? PortIntents.Of(service, _cluster.SlicesOf(name), node, family)
                        : default;
                    if (!ports.Equals(intent.PortsOf(name)))
                    {
                        changes.Add(KeyValuePair.Create(name, ports));
                    }
                }

                state.Intent = changes.Count == 0 ? intent : intent.With(changes);
                changed = changes.ConvertAll(c => c.Key);
            }
            else
            {
                state.Intent = ServiceIntent.Of(_cluster.Services, _cluster.SlicesOf, node, family);
                changed = [.. state.Changed];
            }

            state.Changed.Clear();
            return new WantedState(state.Intent, changed);
        }
    }

    private NodeProfile DescribeNode()
    {
        if (_profile is null || _isNodeOld)
        {
            var profile = profileOf(_cluster.FindNode(nodeName)) with
            {
                ServiceCidrs = _cluster.AllServiceCidrs,
            };
            _profile = profile.Equals(_profile) ? _profile : profile;
            _isNodeOld = false;
        }

        return _profile;
    }

    private sealed class FamilyState
    {
        public ServiceIntent? Intent { get; set; }

        public HashSet<ObjectName> Changed { get; } = [];
    }
}
