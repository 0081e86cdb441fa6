namespace Sluice.Kubernetes.Api;

/// <summary>What follows when an API server does not do what it was asked.</summary>
internal enum ApiFaultKind
{
    /// <summary>It is asked again, later.</summary>
    Failed,

    /// <summary>It was not there, or not to the end: it is asked again, later. However that shows, it is one and the same problem.</summary>
    Unreachable,

    /// <summary>It does not know the version that was asked about (any more): everything is listed anew.</summary>
    Expired,

    /// <summary>There is no such resource.</summary>
    NotFound,

    /// <summary>This user may not read the resource.</summary>
    Forbidden,

    /// <summary>It does not know who asks.</summary>
    Unauthorized,
}
