using System.Globalization;
using System.Text;
using Sluice.Dataplane.Graph;
using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter.Tracing;
using Sluice.Tests.Services;

namespace Sluice.Tests.Graph;

/// <summary>The graphs that are kept as golden files, and that the Mermaid library draws in tests/mermaid.</summary>
internal static class GraphCases
{
    private const string Modern = """
        -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "shop/cart:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-X
        -A KUBE-SERVICES -d 1.2.3.4/32 -p tcp -m comment --comment "shop/cart:http loadbalancer IP" -m tcp --dport 80 -j KUBE-FW-X
        -A KUBE-SERVICES -d 10.96.0.8/32 -p tcp -m comment --comment "shop/other cluster IP" -m tcp --dport 80 -j KUBE-SVC-Z
        -A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
        -A KUBE-NODEPORTS -p tcp -m comment --comment "shop/cart:http" -m tcp --dport 30080 -j KUBE-EXT-X
        -A KUBE-FW-X -s 203.0.113.0/25 -m comment --comment "shop/cart:http loadbalancer IP" -j KUBE-EXT-X
        -A KUBE-FW-X -s 198.51.100.0/24 -m comment --comment "shop/cart:http loadbalancer IP" -j KUBE-EXT-X
        -A KUBE-FW-X -m comment --comment "other traffic to shop/cart:http will be dropped by KUBE-PROXY-FIREWALL"
        -A KUBE-EXT-X -s 10.0.0.0/8 -j KUBE-SVC-X
        -A KUBE-EXT-X -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
        -A KUBE-EXT-X -m addrtype --src-type LOCAL -j KUBE-SVC-X
        -A KUBE-EXT-X -j KUBE-SVL-X
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        -A KUBE-SVC-X ! -s 10.0.0.0/8 -d 10.96.0.7/32 -p tcp -m comment --comment "shop/cart:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
        -A KUBE-SVC-X -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-A --mask 255.255.255.255 --rsource -j KUBE-SEP-A
        -A KUBE-SVC-X -m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-B --mask 255.255.255.255 --rsource -j KUBE-SEP-B
        -A KUBE-SVC-X -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-A
        -A KUBE-SVC-X -j KUBE-SEP-B
        -A KUBE-SVL-X -j KUBE-SEP-B
        -A KUBE-SVC-Z -j KUBE-SEP-C
        -A KUBE-SEP-A -s 10.0.0.1/32 -j KUBE-MARK-MASQ
        -A KUBE-SEP-A -p tcp -m recent --set --name KUBE-SEP-A --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.0.0.1:8080
        -A KUBE-SEP-B -s 10.0.0.2/32 -j KUBE-MARK-MASQ
        -A KUBE-SEP-B -p tcp -m recent --set --name KUBE-SEP-B --mask 255.255.255.255 --rsource -m tcp -j DNAT --to-destination 10.0.0.2:8080
        -A KUBE-SEP-C -p tcp -m tcp -j DNAT --to-destination 10.0.0.3:8080
        """;

    private const string Filter = """
        -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A KUBE-PROXY-FIREWALL -d 1.2.3.4/32 -p tcp -m comment --comment "shop/cart:http traffic not accepted by KUBE-FW-X" -m tcp --dport 80 -j DROP
        -A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
        -A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
        """;

    // Names and words that try to be something else than text in a drawing.
    private static readonly string[] s_hostile =
    [
        "end", "\"]; click n0 javascript:alert(1)", "%%{init: {'theme':'dark'}}%%", "<script>alert(1)</script>", "`**bold**`",
        "#quot;#35;", "subgraph x", "-->|x|", "1. list", "- list", "style n0 fill:#f00;", "{{}} [[ ]] (( ))", "服务 сервис サービス 🚀",
        "\\n \\\" \\l", "&amp; &lt;b&gt; é", "$$x^2$$", "n0:::more", "ﬂ°°60¶ß", "@{ shape: cloud }", "classDef x:y#z;",
    ];

    public static IEnumerable<(string Name, ChainGraph Graph)> All()
    {
        var listing = Cases.Read(Cases.Listing);
        yield return ("listing-service", GraphBuilder.OfService(listing, ServiceFinder.FindAll(listing)[0]));
        yield return ("listing-trace", GraphBuilder.OfTrace(TraceOf(listing, "172.31.3.9", "172.30.5.207", 443)));
        yield return ("listing-dropped", GraphBuilder.OfTrace(TraceOf(listing, "203.0.113.7", "172.6.6.6", 443)));

        var modern = Cases.Read(Cases.Save(Modern, Filter));
        yield return ("modern-service", GraphBuilder.OfService(modern, ServiceFinder.FindAll(modern)[0]));
        yield return ("modern-table", GraphBuilder.OfTable(modern.Ruleset.Find(IPFamily.IPv4, "nat")!));
        yield return ("modern-trace", GraphBuilder.OfTrace(TraceOf(modern, "203.0.113.7", "1.2.3.4", 80)));

        var large = Cases.Read(Large(400));
        yield return ("large-service", GraphBuilder.OfService(large, ServiceFinder.FindAll(large)[0], maxNodes: 40));
        yield return ("hostile", Hostile());
    }

    public static Netfilter.NodeSnapshot ModernNode() => Cases.Read(Cases.Save(Modern, Filter));

    /// <summary>One Service with many endpoints.</summary>
    public static string Large(int endpoints)
    {
        var rules = new StringBuilder("-A PREROUTING -j KUBE-SERVICES\n-A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment \"big/one cluster IP\" -m tcp --dport 80 -j KUBE-SVC-X\n");
        for (var e = 0; e < endpoints; e++)
        {
            var chance = e == endpoints - 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" -m statistic --mode random --probability {1.0 / (endpoints - e):F10}");
            rules.Append($"-A KUBE-SVC-X{chance} -j KUBE-SEP-{e:D4}\n-A KUBE-SEP-{e:D4} -p tcp -m tcp -j DNAT --to-destination 10.0.{e / 250}.{(e % 250) + 1}:8080\n");
        }

        return Cases.Save(rules.ToString());
    }

    private static ChainGraph Hostile()
    {
        var nodes = s_hostile.Select((text, i) => new GraphNode($"n{i}", (GraphNodeKind)(i % 7), text)
        {
            Table = i % 3 == 0 ? text : null,
            Owner = text,
            Detail = text,
        }).ToList();
        var edges = s_hostile.Skip(1).Select((text, i) => new GraphEdge($"n{i}", $"n{i + 1}", [new GraphRule(i, text)]));
        return new ChainGraph(string.Join(" ", s_hostile), [.. nodes], [.. edges]) { Note = s_hostile[1] };
    }

    private static Trace TraceOf(Netfilter.NodeSnapshot node, string from, string to, int port) => new Tracer(node).Trace(
        new Packet(L4Protocol.Tcp, NetAddress.Parse(from), NetAddress.Parse(to)) { SourcePort = 40000, DestinationPort = port });
}
