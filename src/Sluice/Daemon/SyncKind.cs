namespace Sluice.Daemon;

/// <summary>What a sync did.</summary>
internal enum SyncKind
{
    /// <summary>Wrote what changed in the cluster.</summary>
    Changes,

    /// <summary>Compared everything with the kernel, since it was not known what that holds.</summary>
    Full,

    /// <summary>Looked for what others changed.</summary>
    Audit,
}
