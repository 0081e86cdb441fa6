using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Sluice.Tests.Api.Server;

/// <summary>What an API server keeps: objects as JSON, each change with a version of its own. Safe from any thread.</summary>
internal sealed class ApiStore
{
    private static readonly (string Kind, string Resource)[] s_resources =
    [
        ("Service", "services"), ("EndpointSlice", "endpointslices"), ("Node", "nodes"), ("ServiceCIDR", "servicecidrs"),
    ];

    private readonly Lock _gate = new();
    private readonly Dictionary<long, ImmutableDictionary<string, StoredResource>> _snapshots = [];
    private ImmutableDictionary<string, StoredResource> _resources = s_resources.ToImmutableDictionary(r => r.Resource, _ => new StoredResource());
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The version of the last change.</summary>
    public long Version { get; private set; } = 1000;

    /// <summary>What is older is forgotten.</summary>
    public long Compacted { get; private set; }

    /// <summary>Puts an object in the place of that of its kind and name; of one that is the same, too.</summary>
    public void Set(string json)
    {
        var item = (JsonObject)JsonNode.Parse(json)!;
        var key = KeyOf(item);
        lock (_gate)
        {
            var name = ResourceOf(item["kind"]!.GetValue<string>());
            var resource = _resources[name];
            var stored = StoredObject.Of(item, ++Version);
            Replace(name, resource with
            {
                Objects = resource.Objects.SetItem(key, stored),
                Events = resource.Events.Add(new StoredEvent(Version, key, resource.Objects.GetValueOrDefault(key), stored, IsDeletion: false)),
            });
        }
    }

    /// <summary>Removes an object; whether it was there.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="key">Its namespace and name, <c>default/web</c>, or its name.</param>
    public bool Remove(string kind, string key)
    {
        lock (_gate)
        {
            var name = ResourceOf(kind);
            var resource = _resources[name];
            if (!resource.Objects.TryGetValue(key, out var stored))
            {
                return false;
            }

            var last = StoredObject.Of((JsonObject)JsonNode.Parse(stored.Json)!, ++Version);
            Replace(name, resource with
            {
                Objects = resource.Objects.Remove(key),
                Events = resource.Events.Add(new StoredEvent(Version, key, stored, last, IsDeletion: true)),
            });
            return true;
        }
    }

    /// <summary>Forgets all events: watches from older versions, and pages of older lists, are gone (410).</summary>
    public void Compact()
    {
        lock (_gate)
        {
            Compacted = Version;
            _snapshots.Clear();
            _resources = _resources.ToImmutableDictionary(r => r.Key, r => r.Value with { Events = [] });
            Pulse();
        }
    }

    /// <summary>What there is now.</summary>
    public (long Version, ImmutableDictionary<string, StoredResource> Resources) Current()
    {
        lock (_gate)
        {
            _snapshots.TryAdd(Version, _resources);
            return (Version, _resources);
        }
    }

    /// <summary>What there was when <see cref="Current"/> gave a version; null when that is forgotten.</summary>
    public ImmutableDictionary<string, StoredResource>? At(long version)
    {
        lock (_gate)
        {
            return _snapshots.GetValueOrDefault(version);
        }
    }

    /// <summary>The events of a resource after a version, null when some of them are forgotten; and what ends with the next change.</summary>
    public (IReadOnlyList<StoredEvent>? Events, long Version, Task Next) After(string resource, long version)
    {
        lock (_gate)
        {
            var all = _resources[resource].Events;

            // From the end: watches are near it.
            var first = all.Count;
            while (first > 0 && all[first - 1].Version > version)
            {
                first--;
            }

            return (version < Compacted ? null : all.GetRange(first, all.Count - first), Version, _changed.Task);
        }
    }

    /// <summary>Ends all waiting for changes.</summary>
    public void Pulse()
    {
        lock (_gate)
        {
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public static string KeyOf(JsonObject item) =>
        item["metadata"]!["namespace"]?.GetValue<string>() is { Length: > 0 } space
            ? $"{space}/{item["metadata"]!["name"]!.GetValue<string>()}"
            : item["metadata"]!["name"]!.GetValue<string>();

    private static string ResourceOf(string kind) => s_resources.Single(r => r.Kind == kind).Resource;

    private void Replace(string name, StoredResource resource)
    {
        _resources = _resources.SetItem(name, resource);
        Pulse();
    }
}
