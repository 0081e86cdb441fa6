using System.Text;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>Counters of a Service port's addresses and of its node port are added up.</summary>
public sealed class ServiceCountTests
{
    private const int Connections = 0;
    private const int NodePortConnections = 1;
    private const int Packets = 2;
    private const int NodePortPackets = 3;

    private static readonly NftablesPlanOptions s_options = new(IPFamily.IPv4) { Counters = true };

    [Fact]
    public void All_addresses_of_a_port_count_and_protocols_are_told_apart()
    {
        var reading = new ServiceCountReading(s_options);
        Assert.Equal(
            ["counted-connections", "counted-nodeport-connections", "counted-packets", "counted-nodeport-packets"],
            reading.Sets.Select(s => s.Name));
        Add(reading, Packets, "0a600001 06000000 00500000", "shop/web:http", 10, 1000);
        Add(reading, Packets, "c6336401 06000000 00500000", "shop/web:http", 5, 500);
        Add(reading, NodePortPackets, "06000000 75800000", "shop/web:http", 2, 200);
        Add(reading, Connections, "0a600001 06000000 00500000", "shop/web:http", 3, 180);
        Add(reading, NodePortConnections, "06000000 75800000", "shop/web:http", 1, 60);
        Add(reading, Packets, "0a600002 11000000 00350000", "kube-system/dns:dns", 7, 70);
        Add(reading, Packets, "0a600002 06000000 00350000", "kube-system/dns:dns", 8, 80);
        Assert.Equal(
            [
                new ServiceCount("kube-system/dns:dns", L4Protocol.Tcp, IPFamily.IPv4) { Packets = 8, Bytes = 80 },
                new ServiceCount("kube-system/dns:dns", L4Protocol.Udp, IPFamily.IPv4) { Packets = 7, Bytes = 70 },
                new ServiceCount("shop/web:http", L4Protocol.Tcp, IPFamily.IPv4) { Connections = 4, Packets = 17, Bytes = 1700 },
            ],
            reading.Sum());
    }

    [Fact]
    public void What_was_read_of_a_set_before_it_changed_is_void()
    {
        var reading = new ServiceCountReading(s_options);
        Add(reading, Connections, "0a600001 06000000 00500000", "shop/web", 3, 180);
        Add(reading, Packets, "0a600001 06000000 00500000", "shop/web", 10, 1000);
        reading.Begin(Packets);
        Add(reading, Packets, "0a600001 06000000 00500000", "shop/web", 11, 1100);
        Assert.Equal([new ServiceCount("shop/web", L4Protocol.Tcp, IPFamily.IPv4) { Connections = 3, Packets = 11, Bytes = 1100 }], reading.Sum());
    }

    private static void Add(ServiceCountReading reading, int set, string key, string comment, ulong packets, ulong bytes) =>
        reading.Add(set, Convert.FromHexString(key.Replace(" ", "")), Encoding.UTF8.GetBytes(comment), packets, bytes);
}
