namespace Sluice.Kubernetes.Manifests;

/// <summary>Which files of a folder are manifests.</summary>
internal static class ManifestFiles
{
    /// <summary>
    /// The files to read for a path: the file itself, or all of a folder that end in <c>.yaml</c>, <c>.yml</c> or <c>.json</c>, in
    /// ordinal order of their paths. Names that begin with a dot are left out: editors keep their copies there, and mounted
    /// ConfigMaps the data that the visible names link to. Links to folders are not followed, as kubectl does not.
    /// </summary>
    /// <exception cref="IOException">There is no such file or folder, or it cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    public static IReadOnlyList<string> Of(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? [path] : throw new FileNotFoundException("no such file or folder");
        }

        var files = new List<string>();
        var folders = new Stack<string>([path]);
        while (folders.TryPop(out var folder))
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if (!IsVisible(entry.Name))
                {
                    continue;
                }

                // A link counts as a folder when it leads to one.
                if (!entry.Attributes.HasFlag(FileAttributes.Directory))
                {
                    if (IsManifest(entry.Name))
                    {
                        files.Add(Path.Combine(folder, entry.Name));
                    }
                }
                else if (!entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                {
                    folders.Push(Path.Combine(folder, entry.Name));
                }
            }
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }

    /// <summary>Whether a path relative to a folder is one of the files that <see cref="Of"/> finds there, if it is a file.</summary>
    public static bool IsOneOf(string relativePath) => IsManifest(relativePath) && IsVisible(relativePath);

    /// <summary>Whether no part of a relative path begins with a dot.</summary>
    public static bool IsVisible(string path) => !path.StartsWith('.') && !path.Contains("/.", StringComparison.Ordinal);

    private static bool IsManifest(string name) => Path.GetExtension(name) is ".yaml" or ".yml" or ".json";
}
