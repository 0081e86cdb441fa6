namespace Sluice.Linux.Iptables;

/// <summary>Why a restore failed, as far as it says what to do next.</summary>
public enum RestoreFailureKind
{
    /// <summary>Another program held the lock all the time (legacy only): nothing was changed, the same batch may be tried again.</summary>
    Locked,

    /// <summary>It took too long, or a signal ended it: tables before the last may be written. Compare with the kernel, then try again.</summary>
    Ended,

    /// <summary>The tool or the kernel did not take a line: tables before that line's may be written. Compare with the kernel; the same batch would fail again.</summary>
    Refused,

    /// <summary>The tool cannot run at all here, or may not write.</summary>
    Unusable,
}
