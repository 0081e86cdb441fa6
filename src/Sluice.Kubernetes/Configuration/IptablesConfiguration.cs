namespace Sluice.Kubernetes.Configuration;

/// <summary><c>iptables</c>.</summary>
public sealed record IptablesConfiguration
{
    /// <summary>The bit of the packet mark that says masquerade, 0 to 31.</summary>
    public int MasqueradeBit { get; init; } = 14;

    /// <summary>Whether everything to cluster addresses is masqueraded.</summary>
    public bool MasqueradeAll { get; init; }

    /// <summary>Whether IPv4 node ports answer on loopback addresses.</summary>
    public bool LocalhostNodePorts { get; init; } = true;

    /// <summary>How often to look for what others changed, and the longest wait after a failure.</summary>
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest time from one write to the next.</summary>
    public TimeSpan MinSyncPeriod { get; init; } = TimeSpan.FromSeconds(1);
}
