namespace Sluice.Kubernetes;

/// <summary>Tells one content of a file from the next without reading it.</summary>
/// <param name="Written">When it was last written, in ticks.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Target">Where it leads, for a link: files of a mounted ConfigMap change by that alone.</param>
internal readonly record struct FileStamp(long Written, long Length, string? Target)
{
    /// <summary>The stamp of a file; that of none when it cannot be asked.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is null || file.ResolveLinkTarget(returnFinalTarget: true) is not FileInfo target)
            {
                return new FileStamp(file.LastWriteTimeUtc.Ticks, file.Exists ? file.Length : -1, null);
            }

            // The name at the end of the links may lead through a folder that is a link too, and that is what is swapped.
            var folder = target.Directory?.ResolveLinkTarget(returnFinalTarget: true);
            return new FileStamp(target.LastWriteTimeUtc.Ticks, target.Exists ? target.Length : -1, folder?.FullName ?? target.FullName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
