namespace Sluice.Daemon;

/// <summary>The kernel's settings of connection tracking, as KubeProxyConfiguration's <c>conntrack</c> has them.</summary>
internal sealed record ConntrackSettings
{
    // More takes much memory on machines with many cores (as kube-proxy since 1.36).
    private const int MostByCores = 1_048_576;

    /// <summary>kube-proxy's defaults.</summary>
    public static ConntrackSettings KubeProxy { get; } = new();

    /// <summary>How many flows for each core (<c>maxPerCore</c>, <c>--conntrack-max-per-core</c>); 0 leaves the limit alone.</summary>
    public int MaxPerCore { get; init; } = 32_768;

    /// <summary>How many flows at least, where <see cref="MaxPerCore"/> is not 0 (<c>min</c>, <c>--conntrack-min</c>).</summary>
    public int Min { get; init; } = 131_072;

    /// <summary>How long an idle TCP connection is remembered (<c>tcpEstablishedTimeout</c>), in whole seconds; 0 leaves it alone.</summary>
    public TimeSpan TcpEstablishedTimeout { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a half-closed one is (<c>tcpCloseWaitTimeout</c>), in whole seconds; 0 leaves it alone.</summary>
    public TimeSpan TcpCloseWaitTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether packets outside the window are taken for part of a connection (<c>tcpBeLiberal</c>); false leaves it alone.</summary>
    public bool TcpBeLiberal { get; init; }

    /// <summary>How long an unanswered UDP flow is remembered (<c>udpTimeout</c>), in whole seconds; 0 leaves it alone.</summary>
    public TimeSpan UdpTimeout { get; init; }

    /// <summary>How long an answered one is (<c>udpStreamTimeout</c>), in whole seconds; 0 leaves it alone.</summary>
    public TimeSpan UdpStreamTimeout { get; init; }

    /// <summary>How many flows there may be; 0 leaves the kernel's limit alone.</summary>
    /// <param name="cores">How many cores the machine has.</param>
    public int MaxFor(int cores) =>
        MaxPerCore <= 0 ? 0
        : (long)MaxPerCore * cores is var byCores && byCores > MostByCores ? MostByCores
        : Math.Max((int)byCores, Min);
}
