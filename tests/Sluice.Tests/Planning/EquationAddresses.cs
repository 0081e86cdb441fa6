using Sluice.Net;

namespace Sluice.Tests.Planning;

/// <summary>Who has which address in the clusters of the equation.</summary>
internal static class EquationAddresses
{
    public static EquatableArray<Prefix> ClusterPods { get; } = [Prefix.Parse("10.180.0.0/16"), Prefix.Parse("fd00:180::/32")];

    public static EquatableArray<Prefix> NodePods { get; } = [Prefix.Parse("10.180.0.0/24"), Prefix.Parse("fd00:180::/48")];

    /// <summary>The node's own addresses: loopback, its two networks, and its end of the pods' network.</summary>
    public static EquatableArray<NetAddress> Own { get; } = new[]
    {
        "127.0.0.1", "192.168.0.2", "192.168.1.2", "10.180.0.1", "::1", "2001:db8:a::2", "2001:db8:a:1::2", "fd00:180::1",
    }.Select(NetAddress.Parse).ToEquatableArray();

    public static EquatableArray<NetAddress> NodeIPs { get; } = [NetAddress.Parse("192.168.0.2"), NetAddress.Parse("2001:db8:a::2")];

    public static EquatableArray<Prefix> ServiceCidrs { get; } = [Prefix.Parse("172.30.0.0/16"), Prefix.Parse("fd00:30::/112")];

    public static NetAddress OtherNode(IPFamily family) => Of(family, "192.168.0.0", "2001:db8:a::", 3);

    public static NetAddress LocalPod(IPFamily family, int number) => Of(family, "10.180.0.0", "fd00:180::", number);

    public static NetAddress RemotePod(IPFamily family, int number) => Of(family, "10.180.1.0", "fd00:180:1::", number);

    public static NetAddress ClusterIP(IPFamily family, int number) => Of(family, "172.30.0.0", "fd00:30::", number);

    public static NetAddress ExternalIP(IPFamily family, int number) => Of(family, "192.0.2.0", "2001:db8:e::", number);

    public static NetAddress LoadBalancer(IPFamily family, int number) => Of(family, "198.51.100.0", "2001:db8:b::", number);

    public static NetAddress Client(IPFamily family, int number) => Of(family, "203.0.113.0", "2001:db8:c::", number);

    /// <summary>Half of the clients: those numbered below 128.</summary>
    public static Prefix SomeClients(IPFamily family) => family == IPFamily.IPv4 ? Prefix.Parse("203.0.113.0/25") : Prefix.Parse("2001:db8:c::/121");

    public static bool IsLocalPod(NetAddress address) => NodePods.Any(p => p.Contains(address)) && !Own.Contains(address);

    public static NetAddress Other(NetAddress address, int more) => address with { Bits = address.Bits + (UInt128)more };

    private static NetAddress Of(IPFamily family, string v4, string v6, int number) =>
        Other(NetAddress.Parse(family == IPFamily.IPv4 ? v4 : v6), number);
}
