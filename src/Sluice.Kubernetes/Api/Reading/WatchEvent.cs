namespace Sluice.Kubernetes.Api.Reading;

/// <summary>What a watch says.</summary>
internal abstract record WatchEvent
{
    private WatchEvent()
    {
    }

    /// <summary>An object is new or different (<c>ADDED</c>, <c>MODIFIED</c>).</summary>
    internal sealed record Upsert(ListedObject Item) : WatchEvent;

    /// <summary>An object is gone, or no longer chosen (<c>DELETED</c>); it is told by name and version.</summary>
    internal sealed record Delete(ListedObject Item) : WatchEvent;

    /// <summary>Everything up to a version was told (<c>BOOKMARK</c>).</summary>
    internal sealed record Bookmark(ResourceVersion Version) : WatchEvent;
}
