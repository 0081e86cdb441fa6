using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Manifests;

/// <summary>Notices that something happens to the manifests at a path, through the kernel's notifications.</summary>
internal sealed class ManifestWatch(string path, Action wake) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private FileSystemWatcher? _watcher;
    private bool _mayMiss;
    private bool _isFolder;

    /// <summary>Whether the path is still what it was when watching began: a file (or nothing), or a folder.</summary>
    public bool IsCurrent => Directory.Exists(path) == _isFolder;

    /// <summary>
    /// Begins to watch, or begins anew: a folder that was removed and made again is another one to the kernel. Answers what is in
    /// the way, or null.
    /// </summary>
    public string? Start()
    {
        var old = _watcher;
        _watcher = null;
        try
        {
            // A file is watched through its folder: saving often puts a new file in its place.
            _isFolder = Directory.Exists(path);
            var folder = _isFolder ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (Directory.Exists(folder))
            {
                _watcher = Watch(folder, _isFolder);
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Shown.Line(e.Message);
        }
        finally
        {
            old?.Dispose();
        }
    }

    /// <summary>The files that something happened to since this was last asked; null when it may be any.</summary>
    public IReadOnlyCollection<string>? Take()
    {
        lock (_lock)
        {
            IReadOnlyCollection<string>? touched = _mayMiss ? null : [.. _touched];
            _touched.Clear();
            _mayMiss = false;
            return touched;
        }
    }

    public void Dispose() => _watcher?.Dispose();

    private FileSystemWatcher Watch(string folder, bool isFolder)
    {
        var watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = isFolder,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
        };
        watcher.Created += (_, e) => Touch(folder, isFolder, e.FullPath);
        watcher.Changed += (_, e) => Touch(folder, isFolder, e.FullPath);
        watcher.Deleted += (_, e) => Touch(folder, isFolder, e.FullPath);
        watcher.Renamed += (_, e) =>
        {
            Touch(folder, isFolder, e.OldFullPath);
            Touch(folder, isFolder, e.FullPath);
        };
        watcher.Error += (_, _) => Miss();
        try
        {
            watcher.EnableRaisingEvents = true;
        }
        catch
        {
            watcher.Dispose();
            throw;
        }

        return watcher;
    }

    private void Touch(string folder, bool isFolder, string touched)
    {
        var inside = Path.GetRelativePath(folder, touched);

        // A mounted ConfigMap changes by one rename of "..data".
        if (inside.StartsWith("..", StringComparison.Ordinal))
        {
            Miss();
        }
        else if (isFolder ? ManifestFiles.IsOneOf(inside) && !Directory.Exists(touched) : inside == Path.GetFileName(path))
        {
            lock (_lock)
            {
                // By the name that a listing of the folder gives, which is relative where the path is.
                _touched.Add(isFolder ? Path.Combine(path, inside) : path);
            }

            wake();
        }
        else if (isFolder && ManifestFiles.IsVisible(inside) && !File.Exists(touched))
        {
            // A folder, or something that is gone: with it, what was in it.
            Miss();
        }
    }

    private void Miss()
    {
        lock (_lock)
        {
            _mayMiss = true;
        }

        wake();
    }
}
