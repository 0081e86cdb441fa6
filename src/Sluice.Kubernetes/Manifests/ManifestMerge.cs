using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Manifests;

/// <summary>What several manifests say together: of an object given in more than one file, the last by ordinal order of paths counts.</summary>
internal sealed class ManifestMerge
{
    private readonly Dictionary<ObjectKey, Claim> _claims = [];
    private readonly Dictionary<string, ObjectKey[]> _files = new(StringComparer.Ordinal);

    /// <summary>One object that the files say otherwise than before.</summary>
    /// <param name="Key">Which.</param>
    /// <param name="Before">What counted before; null for nothing.</param>
    /// <param name="Now">What counts now; null for nothing.</param>
    public readonly record struct Outcome(ObjectKey Key, ClusterObject? Before, ClusterObject? Now);

    /// <summary>The object as a file has it; null when it is not there.</summary>
    public ClusterObject? Find(string file, ObjectKey key)
    {
        var claim = _claims.GetValueOrDefault(key);
        while (claim is not null && claim.File != file)
        {
            claim = claim.Next;
        }

        return claim?.Object;
    }

    /// <summary>The keys of a file's objects.</summary>
    public IReadOnlyList<ObjectKey> KeysOf(string file) => _files.GetValueOrDefault(file, []);

    /// <summary>Another file that has the object; null when there is none.</summary>
    public string? OtherFileWith(ObjectKey key, string file)
    {
        var claim = _claims.GetValueOrDefault(key);
        return claim?.File == file ? claim.Next?.File : claim?.File;
    }

    /// <summary>Sets what a file holds, nothing for one that is gone; answers what that changes.</summary>
    public IReadOnlyList<Outcome> Set(string file, IReadOnlyDictionary<ObjectKey, ClusterObject> objects)
    {
        var outcomes = new List<Outcome>();
        foreach (var key in KeysOf(file))
        {
            if (!objects.ContainsKey(key))
            {
                Put(file, key, null, outcomes);
            }
        }

        foreach (var (key, item) in objects)
        {
            Put(file, key, item, outcomes);
        }

        if (objects.Count == 0)
        {
            _files.Remove(file);
        }
        else
        {
            _files[file] = [.. objects.Keys];
        }

        return outcomes;
    }

    private void Put(string file, ObjectKey key, ClusterObject? item, List<Outcome> outcomes)
    {
        var head = _claims.GetValueOrDefault(key);

        // An equal object is thrown away, not the one that others hold already.
        if (Equals(Find(file, key), item))
        {
            return;
        }

        var rest = Without(head, file);
        var now = item is null ? rest : With(rest, file, item);
        if (now is null)
        {
            _claims.Remove(key);
        }
        else
        {
            _claims[key] = now;
        }

        if (!Equals(head?.Object, now?.Object))
        {
            outcomes.Add(new Outcome(key, head?.Object, now?.Object));
        }
    }

    private static Claim? Without(Claim? claim, string file) =>
        claim is null ? null : claim.File == file ? claim.Next : claim with { Next = Without(claim.Next, file) };

    private static Claim With(Claim? claim, string file, ClusterObject item) =>
        claim is null || string.CompareOrdinal(claim.File, file) < 0
            ? new Claim(file, item, claim)
            : claim with { Next = With(claim.Next, file, item) };

    // The last file first; nearly always alone.
    private sealed record Claim(string File, ClusterObject Object, Claim? Next);
}
