using Sluice.Kubernetes.Api.Reading;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Api.Following;

/// <summary>
/// Which objects of a resource are known, in which version, so that what comes twice or late changes nothing, and a new list tells what
/// is gone. The objects themselves are the receiver's.
/// </summary>
internal sealed class KnownObjects(ObjectKind kind)
{
    // Those whose late events might still come; any that is forgotten is found again by the next list.
    private const int MaxDeleted = 10_000;

    private readonly Dictionary<ObjectName, (ResourceVersion Version, int List)> _known = [];
    private readonly Dictionary<ObjectName, ResourceVersion> _deleted = [];
    private readonly Queue<ObjectName> _deletedOrder = new();
    private int _list;
    private bool _takesAll;

    /// <summary>How many there are.</summary>
    public int Count => _known.Count;

    /// <summary>Up to where everything is known; none before the first list.</summary>
    public ResourceVersion Latest { get; private set; }

    /// <summary>How many events came twice or late.</summary>
    public long Ignored { get; private set; }

    /// <summary>A list begins. One that breaks off changes nothing but what it told.</summary>
    /// <param name="takesAll">Whether versions say nothing: the server was set back.</param>
    public void BeginList(bool takesAll)
    {
        _list++;
        _takesAll = takesAll;
    }

    /// <summary>Takes an object of a list; null where nothing changes. What cannot be read stays as it was.</summary>
    public ClusterChange? Listed(ListedObject item)
    {
        if (item.Name is not { } name)
        {
            return null;
        }

        var isNews = _takesAll || !_known.TryGetValue(name, out var known) || item.Version.IsNewsTo(known.Version);
        _known[name] = (item.Version, _list);
        return isNews && item.Object is { } value ? new ClusterChange.Upsert(value) : null;
    }

    /// <summary>A list is at its end: what was not in it is gone.</summary>
    public List<ClusterChange> EndList(ResourceVersion version)
    {
        var gone = _known.Where(k => k.Value.List != _list).Select(k => k.Key).ToList();
        foreach (var name in gone)
        {
            _known.Remove(name);
        }

        _deleted.Clear();
        _deletedOrder.Clear();
        Latest = version;
        return gone.ConvertAll<ClusterChange>(name => new ClusterChange.Delete(new ObjectKey(kind, name).ToBare()));
    }

    /// <summary>Takes an event; null where nothing changes.</summary>
    public ClusterChange? Take(WatchEvent said) => said switch
    {
        WatchEvent.Upsert { Item: var item } => Put(item),
        WatchEvent.Delete { Item: var item } => Remove(item),
        WatchEvent.Bookmark { Version: var version } => Reach(version),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private ClusterChange? Put(ListedObject item)
    {
        if (item.Name is not { } name)
        {
            return null;
        }

        if ((_known.TryGetValue(name, out var known) && !item.Version.IsNewsTo(known.Version)) ||
            (_deleted.TryGetValue(name, out var deleted) && !item.Version.IsNewsTo(deleted)))
        {
            Ignored++;
            return null;
        }

        _known[name] = (item.Version, _list);
        _deleted.Remove(name);
        Reach(item.Version);
        return item.Object is { } value ? new ClusterChange.Upsert(value) : null;
    }

    // Old servers give a deletion the version that the object had last, new ones its own.
    private ClusterChange? Remove(ListedObject item)
    {
        if (item.Name is not { } name || !_known.TryGetValue(name, out var known) || item.Version.IsBefore(known.Version))
        {
            Ignored++;
            return null;
        }

        _known.Remove(name);
        if (_deleted.TryAdd(name, item.Version))
        {
            _deletedOrder.Enqueue(name);
        }

        while (_deletedOrder.Count > MaxDeleted)
        {
            _deleted.Remove(_deletedOrder.Dequeue());
        }

        Reach(item.Version);
        return new ClusterChange.Delete(new ObjectKey(kind, name).ToBare());
    }

    private ClusterChange? Reach(ResourceVersion version)
    {
        Latest = version.IsNone || version.IsBefore(Latest) ? Latest : version;
        return null;
    }
}
