namespace Sluice.Kubernetes.Configuration;

/// <summary><c>conntrack</c>.</summary>
public sealed record ConntrackConfiguration
{
    /// <summary>Connections per processor; zero leaves the kernel's limit, whatever <see cref="Min"/> says.</summary>
    public int MaxPerCore { get; init; } = 32 * 1024;

    /// <summary>At least so many connections.</summary>
    public int Min { get; init; } = 128 * 1024;

    /// <summary>For idle TCP connections; zero leaves the kernel's.</summary>
    public TimeSpan TcpEstablishedTimeout { get; init; } = TimeSpan.FromHours(24);

    /// <summary>For TCP connections in CLOSE_WAIT; zero leaves the kernel's.</summary>
    public TimeSpan TcpCloseWaitTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether packets outside of the window are taken for part of their connection.</summary>
    public bool TcpBeLiberal { get; init; }

    /// <summary>For UDP without an answer; zero leaves the kernel's.</summary>
    public TimeSpan UdpTimeout { get; init; }

    /// <summary>For UDP that goes both ways; zero leaves the kernel's.</summary>
    public TimeSpan UdpStreamTimeout { get; init; }
}
