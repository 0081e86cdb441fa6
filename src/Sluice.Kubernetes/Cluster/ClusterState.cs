using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Cluster;

/// <summary>
/// The cluster as it is known now, and which Services changed since somebody last asked. For one thread at a time; what it hands out
/// is immutable.
/// </summary>
public sealed class ClusterState
{
    private readonly Dictionary<ObjectName, Service> _services = [];
    private readonly SliceStore _slices = new();
    private readonly Dictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServiceCidr> _cidrs = new(StringComparer.Ordinal);
    private readonly Dictionary<ObjectName, Pod> _pods = [];

    // What was there at the last taking of everything that was touched since.
    private readonly Dictionary<ObjectName, (Service? Service, EndpointSlice[] Slices)> _before = [];
    private readonly Dictionary<string, Node?> _nodesBefore = new(StringComparer.Ordinal);
    private bool _cidrsChanged;

    /// <summary>All Services, in no order.</summary>
    public IReadOnlyCollection<Service> Services => _services.Values;

    /// <summary>All Nodes, in no order.</summary>
    public IReadOnlyCollection<Node> Nodes => _nodes.Values;

    /// <summary>All ServiceCIDRs, in no order.</summary>
    public IReadOnlyCollection<ServiceCidr> ServiceCidrs => _cidrs.Values;

    /// <summary>What cluster addresses are taken from, as all ServiceCIDRs say together, in order.</summary>
    public EquatableArray<Prefix> AllServiceCidrs =>
        _cidrs.Values.SelectMany(c => c.Cidrs).Distinct().OrderBy(c => c.Address).ThenBy(c => c.Length).ToEquatableArray();

    /// <summary>All Pods, in no order.</summary>
    public IReadOnlyCollection<Pod> Pods => _pods.Values;

    /// <summary>Makes the changes, oldest first; whether anything is different now that a proxy looks at.</summary>
    public bool Apply(IEnumerable<ClusterChange> changes)
    {
        var hasChanged = false;
        foreach (var change in changes)
        {
            hasChanged |= change switch
            {
                ClusterChange.Upsert { Object: var item } => Put(item, item),
                ClusterChange.Delete { Object: var item } => Put(item, null),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }

        return hasChanged;
    }

    /// <summary>
    /// The Services that are not as they were when this was last asked: new, gone, or different in themselves or in an EndpointSlice
    /// of theirs (also slices whose Service is not there). What changed and changed back is not among them.
    /// </summary>
    public IReadOnlyCollection<ObjectName> TakeChangedServices()
    {
        var changed = new List<ObjectName>(_before.Count);
        foreach (var (name, (service, slices)) in _before)
        {
            if (!Equals(service, FindService(name)) || !slices.AsSpan().SequenceEqual(_slices.Of(name)))
            {
                changed.Add(name);
            }
        }

        _before.Clear();
        return changed;
    }

    /// <summary>Whether a Node is not as it was when this was last asked.</summary>
    public bool TakeNodesChanged()
    {
        var hasChanged = _nodesBefore.Any(before => !Equals(before.Value, FindNode(before.Key)));
        _nodesBefore.Clear();
        return hasChanged;
    }

    /// <summary>Whether a ServiceCIDR came, went or changed since this was last asked.</summary>
    public bool TakeServiceCidrsChanged()
    {
        var hasChanged = _cidrsChanged;
        _cidrsChanged = false;
        return hasChanged;
    }

    /// <summary>A Service; null when there is none.</summary>
    public Service? FindService(ObjectName name) => _services.GetValueOrDefault(name);

    /// <summary>A Node; null when there is none.</summary>
    public Node? FindNode(string name) => _nodes.GetValueOrDefault(name);

    /// <summary>The EndpointSlices of a Service that a proxy routes to, by name; those of headless Services and of host names are not.</summary>
    public IReadOnlyList<EndpointSlice> SlicesOf(ObjectName service) => _slices.Of(service);

    private bool Put(ClusterObject item, ClusterObject? value) => item switch
    {
        Service => PutService(item.Name, (Service?)value),
        EndpointSlice slice => PutSlice(slice.Name, (EndpointSlice?)value),
        Node => PutNode(item.Name.Name, (Node?)value),
        ServiceCidr => PutServiceCidr(item.Name.Name, (ServiceCidr?)value),
        Pod => Set(_pods, item.Name, (Pod?)value),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private bool PutService(ObjectName name, Service? value)
    {
        var (service, slices) = (FindService(name), _slices.Of(name));
        return Set(_services, name, value) && Touch(name, service, slices);
    }

    private bool PutSlice(ObjectName name, EndpointSlice? value)
    {
        if (value is { Service: null } or { Family: null } or { IsHeadless: true })
        {
            value = null;
        }

        var old = _slices.Find(name);
        if (Equals(old, value))
        {
            return false;
        }

        // Where the label moves, two Services change.
        foreach (var service in new[] { old?.Service, value?.Service }.OfType<ObjectName>().Distinct())
        {
            Touch(service, FindService(service), _slices.Of(service));
        }

        _slices.Replace(old, value);
        return true;
    }

    private bool PutNode(string name, Node? value)
    {
        var old = FindNode(name);
        if (!Set(_nodes, name, value))
        {
            return false;
        }

        _nodesBefore.TryAdd(name, old);
        return true;
    }

    private bool PutServiceCidr(string name, ServiceCidr? value)
    {
        var hasChanged = Set(_cidrs, name, value);
        _cidrsChanged |= hasChanged;
        return hasChanged;
    }

    private bool Touch(ObjectName name, Service? service, EndpointSlice[] slices)
    {
        _before.TryAdd(name, (service, slices));
        return true;
    }

    private static bool Set<TKey, TValue>(Dictionary<TKey, TValue> items, TKey key, TValue? value)
        where TKey : notnull
        where TValue : class
    {
        if (Equals(items.GetValueOrDefault(key), value))
        {
            return false;
        }

        if (value is null)
        {
            return items.Remove(key);
        }

        items[key] = value;
        return true;
    }
}
