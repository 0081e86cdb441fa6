namespace Sluice.Daemon;

/// <summary>How writing to the kernel ended, as far as it says what the kernel now holds.</summary>
internal enum WriteStatus
{
    /// <summary>All of it is in the kernel.</summary>
    Done,

    /// <summary>Nothing is written, since others held the lock.</summary>
    Busy,

    /// <summary>The kernel does not take some rule; what is written is not known.</summary>
    Refused,

    /// <summary>The tools failed for a reason that may pass; what is written is not known.</summary>
    Failed,

    /// <summary>It was stopped between two batches.</summary>
    Stopped,
}
