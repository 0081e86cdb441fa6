using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Manifests;

/// <summary>
/// What is known of the manifests at a path, and what to report when they are looked at again. A file that does not make sense keeps
/// the objects it had; so does an object in error. What disappears, and what breaks after it was in order, is believed and reported only
/// after <see cref="Grace"/>: programs save by emptying a file and filling it, or by moving it away first.
/// </summary>
internal sealed class ManifestScan(string path, TimeProvider time)
{
    /// <summary>How long something missing or broken may be half of a save.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    private const int MaxProblems = 20;

    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(5);

    private readonly ManifestReader _reader = new();
    private readonly ManifestHoldings _holdings = new(time);
    private readonly Dictionary<string, ManifestFile> _files = new(StringComparer.Ordinal);
    private readonly ManifestFile _root = new();
    private readonly List<(ManifestFile File, IReadOnlyList<string> Problems)> _said = [];
    private bool _hasReported;

    /// <summary>Whether the file or folder itself is there; while it is not, all objects stay as they were.</summary>
    public bool IsThere => _root is { WasWhole: true, IsBroken: false };

    /// <summary>Whether everything there is was reported at least once.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>When to look again though nothing happens; null for never.</summary>
    public TimeSpan? NextLook
    {
        get
        {
            var since = _files.Values.Append(_root).Min(f => f.BrokenSince);
            since = IsThere && _holdings.FirstVanished is { } vanished && !(since < vanished) ? vanished : since;
            return since is not { } first ? null : Grace - time.GetElapsedTime(first) is var rest && rest < s_least ? s_least : rest;
        }
    }

    /// <summary>Looks at some files, or at all.</summary>
    /// <param name="touched">Files that something happened to; null to look for what is new, different or gone.</param>
    /// <returns>What to report, in order.</returns>
    public IReadOnlyList<ClusterUpdate> Look(IReadOnlyCollection<string>? touched)
    {
        // Where the folder itself is removed, its files go first.
        if (touched is null || _root.IsBroken || IsDue(_root) || !Path.Exists(path))
        {
            LookAtAll();
        }
        else
        {
            LookAt([.. touched.Union(_files.Where(f => IsDue(f.Value)).Select(f => f.Key))]);
        }

        if (IsThere && _root.BrokenSince is null)
        {
            _holdings.Release(Grace);
        }

        return Report();
    }

    private bool IsDue(ManifestFile file) => file.BrokenSince is { } since && time.GetElapsedTime(since) >= Grace;

    private void LookAtAll()
    {
        try
        {
            var found = ManifestFiles.Of(path);
            Settle(_root, []);
            LookAt([.. _files.Keys.Except(found, StringComparer.Ordinal), .. found.Where(IsToRead)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Complain(_root, [new ManifestProblem(path, 0, $"{Shown.Line(e.Message)}; all objects are kept as they were").ToString()]);
        }
    }

    private bool IsToRead(string file) => !_files.TryGetValue(file, out var known) || IsDue(known) || known.Stamp != FileStamp.Of(file);

    private void LookAt(IReadOnlyCollection<string> files)
    {
        foreach (var (file, isThere) in files.Select(f => (File: f, IsThere: File.Exists(f))).OrderBy(f => f.IsThere).ThenBy(f => f.File, StringComparer.Ordinal).ToList())
        {
            if (isThere)
            {
                Load(file);
            }
            else if (_files.Remove(file))
            {
                _holdings.Remove(file);
            }
        }
    }

    private void Load(string file)
    {
        if (!_files.TryGetValue(file, out var known))
        {
            _files.Add(file, known = new ManifestFile());
        }

        // Before reading: what is written meanwhile is then seen at the next look.
        known.Stamp = FileStamp.Of(file);
        var content = ManifestFolder.ReadFile(_reader, file);
        if (content.IsWhole)
        {
            Settle(known, _holdings.Replace(file, content));
        }
        else
        {
            Complain(known, [.. content.Problems.Select(p => $"{p}; {(known.WasWhole ? "its objects are kept as they were" : "nothing of it is used")}")]);
        }
    }

    private void Complain(ManifestFile file, IReadOnlyList<string> problems)
    {
        // At the start nobody waits for what is being saved.
        if (!file.IsBroken && _hasReported)
        {
            file.BrokenSince ??= time.GetTimestamp();
            if (!IsDue(file))
            {
                return;
            }
        }

        file.IsBroken = true;
        file.BrokenSince = null;
        _said.Add((file, problems));
    }

    private void Settle(ManifestFile file, IReadOnlyList<string> problems)
    {
        file.IsBroken = false;
        file.WasWhole = true;
        file.BrokenSince = null;
        _said.Add((file, problems));
    }

    private IReadOnlyList<ClusterUpdate> Report()
    {
        var changes = _holdings.Close();
        var problems = new List<string>();
        foreach (var (file, lines) in _said)
        {
            // A file that is saved again and again with the same fault is spoken of once.
            problems.AddRange(lines.Except(file.Problems, StringComparer.Ordinal));
            file.Problems = lines;
        }

        _said.Clear();
        if (problems.Count > MaxProblems)
        {
            problems = [.. problems.Take(MaxProblems), $"{path}: and {problems.Count - MaxProblems} problems more"];
        }

        var wasComplete = IsComplete;
        IsComplete |= IsThere && _files.Values.All(f => f.WasWhole);
        var hasNews = !_hasReported || changes.Count + problems.Count > 0 || IsComplete != wasComplete;
        _hasReported = true;
        return hasNews
            ? [new ClusterUpdate(changes, IsComplete, problems.FirstOrDefault()), .. problems.Skip(1).Select(p => new ClusterUpdate([], IsComplete, p))]
            : [];
    }
}
