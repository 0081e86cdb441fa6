namespace Sluice.KernelTests.Lab;

/// <summary>What node to build. The default one has two ways outside and a network of pods.</summary>
public sealed record LabOptions
{
    public static IReadOnlyList<LabLink> DefaultLinks { get; } =
    [
        new("eth0", "192.0.2.1/24", "192.0.2.2/24", "2001:db8:0:1::1/64", "2001:db8:0:1::2/64")
        {
            DefaultVia = ["192.0.2.254", "2001:db8:0:1::fe"],
        },
        new("eth1", "198.51.100.1/24", "2001:db8:0:2::1/64"),
        new("cni0", "10.244.0.1/16", "fd00:244::1/64"),
    ];

    public IReadOnlyList<LabLink> Links { get; init; } = DefaultLinks;

    /// <summary>net.ipv4.conf.all.route_localnet: kube-proxy's iptables mode sets it.</summary>
    public bool RouteLocalnet { get; init; }

    /// <summary>Whether every packet is traced; without, an observation has no path and a batch is faster.</summary>
    public bool Trace { get; init; } = true;

    /// <summary>
    /// Whether TCP packets outside the window stay in their connection. The tags are sequence numbers, so packets of one
    /// connection never fit a window.
    /// </summary>
    public bool LiberalTcp { get; init; } = true;
}
