using System.Globalization;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Tests.Tracing.Ipvs;

/// <summary>Virtual servers in short words, for tests.</summary>
internal static class Balancers
{
    public const string Address = "10.96.0.10";

    /// <summary>A node of <see cref="Ask.Interfaces"/> with 10.96.0.10 on kube-ipvs0 besides, and with virtual servers.</summary>
    public static NodeSnapshot Node(string rules, params VirtualServer[] servers) =>
        Ask.Node(rules + "\n4: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN\n    inet 10.96.0.10/32 scope global kube-ipvs0\n" + Ask.Interfaces) with
        {
            Ipvs = new IpvsTable([.. servers]),
        };

    /// <summary>TCP port 80 of <see cref="Address"/>.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="reals">Real servers: <c>10.244.1.11:8080</c>, with a weight behind it: <c>10.244.1.11:8080 3</c>.</param>
    public static VirtualServer Tcp(string scheduler, params string[] reals) => new(new VirtualServerKey.Address(L4Protocol.Tcp, NetAddress.Parse(Address), 80))
    {
        Scheduler = scheduler,
        RealServers = [.. reals.Select(Real)],
    };

    public static RealServer Real(string text)
    {
        var words = text.Split(' ');
        var colon = words[0].LastIndexOf(':');
        return new RealServer(NetAddress.Parse(words[0][..colon].Trim('[', ']')), Number(words[0][(colon + 1)..]))
        {
            Weight = words.Length > 1 ? Number(words[1]) : 1,
        };
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
