using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Iptables;

/// <summary>How the iptables programs are found and run.</summary>
public sealed record IptablesToolOptions
{
    /// <summary>The variant to use; unknown: the one that others on this node use.</summary>
    public TableBackend Backend { get; init; } = TableBackend.Unknown;

    /// <summary>How long a program waits for another that holds the lock; rounded up to seconds, at least one. Only legacy has a lock.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one run may take before it is ended. A legacy restore into a table of 300,000 rules takes up to 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    internal string LockWaitSeconds => int.Max(1, (int)Math.Ceiling(LockWait.TotalSeconds)).ToString();
}
