using Sluice.Net;

namespace Sluice.Kubernetes.Configuration;

/// <summary><c>ipvs</c>.</summary>
public sealed record IpvsConfiguration
{
    /// <summary>How often the kernel's state is looked over.</summary>
    public TimeSpan SyncPeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest time from one write to the next.</summary>
    public TimeSpan MinSyncPeriod { get; init; }

    /// <summary>The scheduler; empty for round robin.</summary>
    public string Scheduler { get; init; } = "";

    /// <summary>Ranges whose virtual servers are left alone.</summary>
    public EquatableArray<Prefix> ExcludeCidrs { get; init; }

    /// <summary>Whether addresses of the dummy interface answer no ARP.</summary>
    public bool StrictArp { get; init; }

    /// <summary>For idle TCP connections; zero to leave the kernel's.</summary>
    public TimeSpan TcpTimeout { get; init; }

    /// <summary>For TCP connections after a FIN; zero to leave the kernel's.</summary>
    public TimeSpan TcpFinTimeout { get; init; }

    /// <summary>For UDP; zero to leave the kernel's.</summary>
    public TimeSpan UdpTimeout { get; init; }
}
