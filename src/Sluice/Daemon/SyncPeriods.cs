namespace Sluice.Daemon;

/// <summary>How often the rules of a family are written and looked over.</summary>
/// <param name="Audit">
/// At most so long after the last comparison with the kernel the next one starts, and so long after a failure the next try
/// (such as <c>--iptables-sync-period</c>); above zero.
/// </param>
/// <param name="Minimum">At least so long after the start of a sync the next one starts (such as <c>--iptables-min-sync-period</c>); zero or more.</param>
internal sealed record SyncPeriods(TimeSpan Audit, TimeSpan Minimum)
{
    /// <summary>In iptables mode, as kube-proxy has it: 30 s and 1 s.</summary>
    public static SyncPeriods Iptables { get; } = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));

    /// <summary>In nftables mode: 30 s, and at once. A change costs microseconds; those that come while one is written go together.</summary>
    public static SyncPeriods Nftables { get; } = new(TimeSpan.FromSeconds(30), TimeSpan.Zero);
}
