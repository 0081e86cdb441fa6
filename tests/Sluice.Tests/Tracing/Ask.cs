using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;

namespace Sluice.Tests.Tracing;

/// <summary>Short words for tests: rules as text, a packet, an answer.</summary>
internal static class Ask
{
    public const string Interfaces = """
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
            link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
            inet 127.0.0.1/8 scope host lo
            inet6 ::1/128 scope host
        2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
            inet 192.0.2.1/24 brd 192.0.2.255 scope global eth0
            inet6 2001:db8::1/64 scope global
        3: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP group default
            inet 10.244.1.1/24 brd 10.244.1.255 scope global cni0
        default via 192.0.2.254 dev eth0
        192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1
        10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1

        """;

    public static Trace Trace(string rules, Packet packet) => new Tracer(Node(rules)).Trace(packet);

    public static NodeSnapshot Node(string rules) => SnapshotReader.Read([SourceText.Of("rules", rules)]).Snapshot;

    public static Packet Tcp(string from, string to) => Of(L4Protocol.Tcp, from, to) with { TcpFlags = TcpFlags.Syn };

    public static Packet Udp(string from, string to) => Of(L4Protocol.Udp, from, to);

    public static Packet Local(this Packet packet) => packet with { Entry = PacketEntry.Local };

    /// <summary>The outcomes, one line each: disposition, probability, destination, what else is remarkable.</summary>
    public static string Show(this Trace trace) => string.Join('\n', trace.Outcomes.Select(o =>
        $"{o.Disposition} {o.Probability} {o.Source?.WithPort(o.SourcePort) ?? "?"} > {o.Destination?.WithPort(o.DestinationPort) ?? "?"}" +
        (o.Masquerade ? " masquerade" : "") + (o.Conditions.Count > 0 ? $" [{string.Join("; ", o.Conditions)}]" : "")));

    public static string Places(this Outcome outcome) =>
        string.Join(' ', outcome.Path.Select(s => $"{s.Table.Name}/{s.Chain.Name}/{(s.IsPolicy ? "policy" : s.RuleNumber)}"));

    private static Packet Of(L4Protocol protocol, string from, string to)
    {
        var colon = to.LastIndexOf(':');
        return new Packet(protocol, NetAddress.Parse(from), NetAddress.Parse(to[..colon].Trim('[', ']')))
        {
            SourcePort = 40000,
            DestinationPort = int.Parse(to[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture),
            Ttl = 64,
            Tos = 0,
        };
    }
}
