namespace Sluice.Kubernetes.Configuration;

/// <summary><c>nftables</c>.</summary>
public sealed record NftablesConfiguration
{
    /// <summary>The bit of the packet mark that says masquerade, 0 to 31.</summary>
    public int MasqueradeBit { get; init; } = 14;

    /// <summary>Whether everything to cluster addresses is masqueraded.</summary>
    public bool MasqueradeAll { get; init; }

    /// <summary>How often to look for what others changed, and the longest wait after a failure.</summary>
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest time from one write to the next. kube-proxy has one second; here a change costs microseconds.</summary>
    public TimeSpan MinSyncPeriod { get; init; }
}
