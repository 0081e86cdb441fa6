using Sluice.Daemon;
using Sluice.Linux.Lab;
using Sluice.Net;

namespace Sluice.Demo;

/// <summary>The connections the demo compares: one for each thing a Service can mean.</summary>
internal static class DemoFlows
{
    /// <summary>The connections, in the order to show them.</summary>
    public static IReadOnlyList<DemoFlow> Of(LabCluster lab, ProxyMode mode)
    {
        var node = lab.Node.Machine;
        var loopback = NetAddress.Parse("127.0.0.1");
        var partner = NetAddress.Parse("203.0.113.7");
        return
        [
            Tcp("pod shell", "web, cluster IP", lab.Pod("shell"), "10.96.0.10", 80),
            Tcp("pod web-1", "web, maybe itself", lab.Pod("web-1"), "10.96.0.10", 80),
            Tcp("the node", "web, cluster IP", node, "10.96.0.10", 80),

            // IPVS serves no node ports there.
            .. mode == ProxyMode.Ipvs ? (DemoFlow[])[] : [new("the node", "127.0.0.1:30080", node, new LabFlow(L4Protocol.Tcp, loopback, 30080) { Source = loopback })],
            Tcp("outside", "192.0.2.1:30080", lab.Client, "192.0.2.1", 30080),
            Tcp("outside", "web, load balancer", lab.Client, "198.51.100.10", 80),
            Tcp("outside", "upload, policy Local", lab.Client, "198.51.100.11", 80),
            Tcp("pod shell", "db, not served yet", lab.Pod("shell"), "10.96.0.12", 5432),
            Udp("pod shell", "dns over UDP", lab.Pod("shell"), "10.96.0.53", null),
            Udp("203.0.113.7", "dns, load balancer", lab.Client, "198.51.100.53", partner),
            Udp("192.0.2.100", "dns, load balancer", lab.Client, "198.51.100.53", null),
        ];
    }

    private static DemoFlow Tcp(string from, string to, LabMachine client, string address, int port) =>
        new(from, to, client, new LabFlow(L4Protocol.Tcp, NetAddress.Parse(address), port));

    private static DemoFlow Udp(string from, string to, LabMachine client, string address, NetAddress? source) =>
        new(from, to, client, new LabFlow(L4Protocol.Udp, NetAddress.Parse(address), 53) { Source = source });
}
