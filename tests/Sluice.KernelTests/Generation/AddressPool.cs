using Sluice.Net;

namespace Sluice.KernelTests.Generation;

/// <summary>The few addresses, ports, marks and links that everything is drawn from. They fit the node of the kernel lab.</summary>
internal sealed class AddressPool
{
    public static readonly AddressPool V4 = new(
        Node: ["192.0.2.1", "192.0.2.2", "198.51.100.1", "10.244.0.1"],
        Pods: ["10.244.1.5", "10.244.1.6", "10.244.2.7"],
        Services: ["10.96.0.1", "10.96.0.10", "10.96.7.7"],
        Outside: ["203.0.113.7", "203.0.113.130", "198.18.0.9"],
        Networks: ["10.244.0.0/16", "10.96.0.0/12", "203.0.113.0/25", "10.0.0.0/8", "192.0.2.0/24", "10.244.1.4/30"],
        Mapped: ["10.244.9.0/24", "203.0.113.0/28"]);

    public static readonly AddressPool V6 = new(
        Node: ["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:2::1", "fd00:244::1"],
        Pods: ["fd00:244::5", "fd00:244::6", "fd00:244::2:7"],
        Services: ["fd00:96::1", "fd00:96::a", "fd00:96::7:7"],
        Outside: ["2001:db8:f::7", "2001:db8:f::130", "2001:db8:e::9"],
        Networks: ["fd00:244::/64", "fd00:96::/108", "2001:db8:f::/120", "fd00::/8", "2001:db8:0:1::/64", "fd00:244::4/126"],
        Mapped: ["fd00:244:0:0:9::/112", "2001:db8:f::/124"]);

    private AddressPool(string[] Node, string[] Pods, string[] Services, string[] Outside, string[] Networks, string[] Mapped)
    {
        this.Node = Parse(Node);
        this.Pods = Parse(Pods);
        this.Services = Parse(Services);
        this.Outside = Parse(Outside);
        this.Networks = [.. Networks.Select(Prefix.Parse)];
        this.Mapped = [.. Mapped.Select(Prefix.Parse)];
        All = [.. this.Node, .. this.Pods, .. this.Services, .. this.Outside];
    }

    /// <summary>Addresses of the node itself.</summary>
    public IReadOnlyList<NetAddress> Node { get; }

    /// <summary>Behind cni0.</summary>
    public IReadOnlyList<NetAddress> Pods { get; }

    /// <summary>Virtual addresses: nobody has them, so they go where the default route goes.</summary>
    public IReadOnlyList<NetAddress> Services { get; }

    /// <summary>Behind eth0, by the default route.</summary>
    public IReadOnlyList<NetAddress> Outside { get; }

    /// <summary>Prefixes around them.</summary>
    public IReadOnlyList<Prefix> Networks { get; }

    /// <summary>What NETMAP maps to.</summary>
    public IReadOnlyList<Prefix> Mapped { get; }

    public IReadOnlyList<NetAddress> All { get; }

    public static IReadOnlyList<string> Links { get; } = ["eth0", "eth1", "cni0"];

    public static IReadOnlyList<ushort> Ports { get; } = [53, 80, 443, 8080, 30080];

    public static IReadOnlyList<uint> Marks { get; } = [0x1, 0x10, 0x4000, 0x8000, 0xff];

    public static AddressPool Of(IPFamily family) => family == IPFamily.IPv4 ? V4 : V6;

    private static NetAddress[] Parse(string[] texts) => [.. texts.Select(NetAddress.Parse)];
}
