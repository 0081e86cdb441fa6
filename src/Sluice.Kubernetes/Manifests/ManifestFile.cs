namespace Sluice.Kubernetes.Manifests;

/// <summary>What is known of one watched file, its objects aside.</summary>
internal sealed class ManifestFile
{
    /// <summary>The file as it was when it was last read.</summary>
    public FileStamp Stamp { get; set; }

    /// <summary>Whether it made sense at least once.</summary>
    public bool WasWhole { get; set; }

    /// <summary>Whether it makes no sense now, and that was said.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Since when it makes no sense without that being said; a timestamp.</summary>
    public long? BrokenSince { get; set; }

    /// <summary>The problems that were said last.</summary>
    public IReadOnlyList<string> Problems { get; set; } = [];
}
