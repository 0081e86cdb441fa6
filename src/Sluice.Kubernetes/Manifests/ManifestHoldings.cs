using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Manifests;

/// <summary>The objects that watched files hold together, and the changes that follow when a file is read again.</summary>
internal sealed class ManifestHoldings(TimeProvider time)
{
    private static readonly Dictionary<ObjectKey, ClusterObject> s_nothing = [];

    private readonly ManifestMerge _merge = new();
    private readonly Dictionary<ObjectKey, (ClusterObject Object, long Since)> _vanished = [];
    private readonly List<(ObjectKey Key, string File, List<string> Problems)> _shared = [];
    private List<ClusterChange> _changes = [];

    /// <summary>When the first of the objects that no file holds any more was last there; a timestamp, null for none.</summary>
    public long? FirstVanished => _vanished.Count == 0 ? null : _vanished.Values.Min(v => v.Since);

    /// <summary>A file is gone.</summary>
    public void Remove(string file) => Take(_merge.Set(file, s_nothing));

    /// <summary>
    /// A file was read that makes sense to its end. Objects in error stay as they were. Answers the problems; what other files have
    /// too is added to them by <see cref="Close"/>.
    /// </summary>
    public List<string> Replace(string file, ManifestContent content)
    {
        var problems = content.Problems.Select(p => p.ToString()).ToList();
        var objects = new Dictionary<ObjectKey, ClusterObject>();
        foreach (var item in content.Objects)
        {
            var key = ObjectKey.Of(item);
            if (!objects.TryAdd(key, item))
            {
                objects[key] = item;
                problems.Add(ManifestFolder.Twice(key, file, file).ToString());
            }
            else if (_merge.OtherFileWith(key, file) is not null)
            {
                _shared.Add((key, file, problems));
            }
        }

        // Whoever has no name in a message may be any of those that are missing.
        var kept = content.Problems.Any(p => p.Object is null) ? _merge.KeysOf(file) : content.Problems.Select(p => p.Object!.Value);
        foreach (var key in kept)
        {
            if (_merge.Find(file, key) is { } before)
            {
                objects.TryAdd(key, before);
            }
        }

        Take(_merge.Set(file, objects));
        return problems;
    }

    /// <summary>Believes what has been missing for a while to be gone.</summary>
    public void Release(TimeSpan grace)
    {
        foreach (var (key, (item, since)) in _vanished.Where(v => time.GetElapsedTime(v.Value.Since) >= grace).ToList())
        {
            _vanished.Remove(key);
            _changes.Add(new ClusterChange.Delete(item));
        }
    }

    /// <summary>The changes since this was last asked. All files that changed together are read by now: what two of them have is no move.</summary>
    public IReadOnlyList<ClusterChange> Close()
    {
        foreach (var (key, file, problems) in _shared)
        {
            if (_merge.OtherFileWith(key, file) is { } other && _merge.Find(file, key) is not null)
            {
                var (first, last) = string.CompareOrdinal(other, file) < 0 ? (other, file) : (file, other);
                problems.Add(ManifestFolder.Twice(key, first, last).ToString());
            }
        }

        _shared.Clear();
        (_changes, var changes) = ([], _changes);
        return changes;
    }

    private void Take(IReadOnlyList<ManifestMerge.Outcome> outcomes)
    {
        foreach (var (key, before, now) in outcomes)
        {
            if (now is null)
            {
                _vanished[key] = (before!, time.GetTimestamp());
            }
            else if (!_vanished.Remove(key, out var last) || !Equals(last.Object, now))
            {
                _changes.Add(new ClusterChange.Upsert(now));
            }
        }
    }
}
