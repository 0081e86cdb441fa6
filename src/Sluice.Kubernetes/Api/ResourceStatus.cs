using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Api;

/// <summary>How it stands with one resource of the API: what metrics and readiness ask.</summary>
/// <param name="Kind">Which.</param>
public sealed record ResourceStatus(ObjectKind Kind)
{
    /// <summary>Whether everything there is was listed at least once; also where the server has no such resource.</summary>
    public bool IsListed { get; init; }

    /// <summary>Whether a watch is open.</summary>
    public bool IsConnected { get; init; }

    /// <summary>When the server last said anything; null for never.</summary>
    public DateTimeOffset? LastHeard { get; init; }

    /// <summary>How many objects there are.</summary>
    public int Objects { get; init; }

    /// <summary>How often everything was listed.</summary>
    public long Lists { get; init; }

    /// <summary>How many watches were begun.</summary>
    public long Watches { get; init; }

    /// <summary>How many events of watches came, bookmarks not counted.</summary>
    public long Events { get; init; }

    /// <summary>How many of these came twice or late, and changed nothing.</summary>
    public long IgnoredEvents { get; init; }

    /// <summary>How many requests and watches failed.</summary>
    public long Failures { get; init; }

    /// <summary>What is wrong now; null when nothing is.</summary>
    public string? Problem { get; init; }
}
