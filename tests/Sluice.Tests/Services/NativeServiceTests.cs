using Sluice.Dataplane.Cost;
using Sluice.Dataplane.Graph;
using Sluice.Dataplane.Services;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Services;

/// <summary>Services found in native tables of nftables, whatever made them.</summary>
public sealed class NativeServiceTests
{
    // kube-proxy before 1.33: a chain per endpoint.
    private const string EndpointChains = """
        table ip kube-proxy {
          set affinity-GTK6MW7G-ns5/svc5/tcp/p80__10.180.0.3/80 { type ipv4_addr; size 65535; flags dynamic,timeout; timeout 3h; }
          map firewall-ips { type ipv4_addr . inet_proto . inet_service : verdict
            elements = { 5.6.7.8 . tcp . 80 comment "ns5/svc5:p80" : goto firewall-HVFWP5L3-ns5/svc5/tcp/p80 } }
          map no-endpoint-services { type ipv4_addr . inet_proto . inet_service : verdict
            elements = { 172.30.0.46 . tcp . 80 comment "ns6/svc6:p80" : goto reject-chain } }
          map service-ips { type ipv4_addr . inet_proto . inet_service : verdict
            elements = { 172.30.0.44 . tcp . 80 : goto service-LAUZTJTB-ns4/svc4/tcp/p80,
                         172.30.0.45 . tcp . 80 : goto service-HVFWP5L3-ns5/svc5/tcp/p80,
                         5.6.7.8 . tcp . 80 : goto external-HVFWP5L3-ns5/svc5/tcp/p80 } }
          map service-nodeports { type inet_proto . inet_service : verdict
            elements = { tcp . 3002 : goto external-HVFWP5L3-ns5/svc5/tcp/p80 } }
          chain nat-prerouting { type nat hook prerouting priority dstnat; policy accept
            jump services
          }
          chain nat-postrouting { type nat hook postrouting priority srcnat; policy accept
            jump masquerading
          }
          chain filter-prerouting { type filter hook prerouting priority dstnat - 10; policy accept
            ct state new jump firewall-check
          }
          chain filter-forward { type filter hook forward priority dstnat - 10; policy accept
            ct state new jump endpoints-check
          }
          chain firewall-check { ip daddr . meta l4proto . th dport vmap @firewall-ips
          }
          chain endpoints-check { ip daddr . meta l4proto . th dport vmap @no-endpoint-services
          }
          chain reject-chain { reject
          }
          chain services {
            ip daddr . meta l4proto . th dport vmap @service-ips
            fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @service-nodeports
          }
          chain masquerading {
            meta mark & 0x00004000 == 0x00000000 return
            meta mark set meta mark ^ 0x00004000
            masquerade fully-random
          }
          chain firewall-HVFWP5L3-ns5/svc5/tcp/p80 { ip saddr != { 203.0.113.0/25 } drop
          }
          chain external-HVFWP5L3-ns5/svc5/tcp/p80 {
            meta mark set meta mark | 0x00004000
            goto service-HVFWP5L3-ns5/svc5/tcp/p80
          }
          chain service-HVFWP5L3-ns5/svc5/tcp/p80 {
            ip saddr @affinity-GTK6MW7G-ns5/svc5/tcp/p80__10.180.0.3/80 goto endpoint-GTK6MW7G-ns5/svc5/tcp/p80__10.180.0.3/80
            numgen random mod 1 vmap { 0 : goto endpoint-GTK6MW7G-ns5/svc5/tcp/p80__10.180.0.3/80 }
          }
          chain service-LAUZTJTB-ns4/svc4/tcp/p80 {
            numgen random mod 3 vmap { 0 : goto endpoint-a-ns4/svc4/tcp/p80__10.180.0.4/80, 1 : goto endpoint-b-ns4/svc4/tcp/p80__10.180.0.5/80, 2 : goto endpoint-c-ns4/svc4/tcp/p80__10.180.0.6/80 }
          }
          chain endpoint-GTK6MW7G-ns5/svc5/tcp/p80__10.180.0.3/80 { meta l4proto tcp dnat to 10.180.0.3:80
          }
          chain endpoint-a-ns4/svc4/tcp/p80__10.180.0.4/80 { meta l4proto tcp dnat to 10.180.0.4:80
          }
          chain endpoint-b-ns4/svc4/tcp/p80__10.180.0.5/80 { meta l4proto tcp dnat to 10.180.0.5:80
          }
          chain endpoint-c-ns4/svc4/tcp/p80__10.180.0.6/80 { meta l4proto tcp dnat to 10.180.0.6:80
          }
        }
        """;

    // kube-proxy from 1.33 on: a map of endpoints in the Service's chain.
    private const string EndpointMaps = """
        table ip kube-proxy {
          set cluster-ips { type ipv4_addr; elements = { 172.30.0.44 } }
          set nodeport-ips { type ipv4_addr; elements = { 192.0.2.10 } }
          map service-ips { type ipv4_addr . inet_proto . inet_service : verdict
            elements = { 172.30.0.44 . tcp . 80 : goto service-LAUZTJTB-ns4/svc4/tcp/p80 } }
          map service-nodeports { type inet_proto . inet_service : verdict
            elements = { tcp . 3002 : goto external-LAUZTJTB-ns4/svc4/tcp/p80 } }
          chain nat-prerouting { type nat hook prerouting priority dstnat; policy accept
            jump services
          }
          chain services {
            ip daddr . meta l4proto . th dport vmap @service-ips
            ip daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports
          }
          chain external-LAUZTJTB-ns4/svc4/tcp/p80 { goto service-LAUZTJTB-ns4/svc4/tcp/p80
          }
          chain service-LAUZTJTB-ns4/svc4/tcp/p80 {
            meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.180.0.4 . 80, 1 : 10.180.0.5 . 80 }
          }
        }
        """;

    // Ours: a chain per number of endpoints, everything else elements.
    private const string SizeClasses = """
        table ip sluice {
          set cluster-ips { type ipv4_addr; elements = { 10.96.0.1, 10.96.0.2 } }
          set allowed-sources { type ipv4_addr . inet_proto . inet_service . ipv4_addr; flags interval
            elements = { 198.51.100.5 . tcp . 443 . 203.0.113.128/25 } }
          map service-ips { type ipv4_addr . inet_proto . inet_service : verdict
            elements = { 10.96.0.1 . tcp . 80 comment "default/web:http" : goto pick-2,
                         10.96.0.2 . udp . 53 comment "kube-system/dns" : goto refuse,
                         198.51.100.5 . tcp . 443 comment "default/web:http" : goto firewall } }
          map firewalled-ips { type ipv4_addr . inet_proto . inet_service : verdict
            elements = { 198.51.100.5 . tcp . 443 comment "default/web:http" : goto external-2 } }
          map service-nodeports { type inet_proto . inet_service : verdict
            elements = { tcp . 30080 comment "default/web:http" : goto nodeport-2 } }
          map endpoints { typeof ip daddr . meta l4proto . th dport . numgen random mod 2 : ip daddr . th dport
            elements = { 10.96.0.1 . tcp . 80 . 0x0 : 10.244.1.5 . 8080, 10.96.0.1 . tcp . 80 . 0x1 : 10.244.1.6 . 8080,
                         198.51.100.5 . tcp . 443 . 0x0 : 10.244.1.5 . 8080, 198.51.100.5 . tcp . 443 . 0x1 : 10.244.1.6 . 8080 } }
          map nodeport-endpoints { typeof meta l4proto . th dport . numgen random mod 2 : ip daddr . th dport
            elements = { tcp . 30080 . 0x0 : 10.244.1.5 . 8080, tcp . 30080 . 0x1 : 10.244.1.6 . 8080 } }
          chain nat-prerouting { type nat hook prerouting priority dstnat; policy accept
            jump services
          }
          chain nat-postrouting { type nat hook postrouting priority srcnat; policy accept
            meta mark & 0x00004000 != 0x00000000 masquerade fully-random
          }
          chain services {
            ip daddr . meta l4proto . th dport vmap @service-ips
            fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @service-nodeports
            ip daddr @cluster-ips reject
          }
          chain firewall {
            ip daddr . meta l4proto . th dport . ip saddr != @allowed-sources drop
            ip daddr . meta l4proto . th dport vmap @firewalled-ips
          }
          chain external-2 {
            meta mark set meta mark | 0x00004000
            goto pick-2
          }
          chain nodeport-2 {
            meta mark set meta mark | 0x00004000
            meta l4proto { tcp, udp, sctp } dnat ip to meta l4proto . th dport . numgen random mod 2 map @nodeport-endpoints
          }
          chain pick-2 {
            meta l4proto { tcp, udp, sctp } dnat ip to ip daddr . meta l4proto . th dport . numgen random mod 2 map @endpoints
            drop
          }
          chain refuse { reject
          }
        }
        """;

    [Fact]
    public void Services_of_endpoint_chains_are_found()
    {
        Assert.Equal(
            """
            ns5/svc5:p80 tcp affinity Cluster sources 203.0.113.0/25
              ClusterIP 172.30.0.45:80 after 2 rules -> 10.180.0.3:80 1
              LoadBalancer 5.6.7.8:80 after 2 rules -> 10.180.0.3:80 1
              NodePort *:3002 after 3 rules -> 10.180.0.3:80 1
            ns4/svc4:p80 tcp
              ClusterIP 172.30.0.44:80 after 2 rules -> 10.180.0.4:80 1/3, 10.180.0.5:80 1/3, 10.180.0.6:80 1/3
            ns6/svc6:p80 tcp
              ExternalIP 172.30.0.46:80 after 2 rules Reject
            """,
            Show(EndpointChains));
    }

    [Fact]
    public void Services_of_endpoint_maps_are_found()
    {
        Assert.Equal(
            """
            ns4/svc4:p80 tcp Local
              ClusterIP 172.30.0.44:80 after 2 rules -> 10.180.0.4:80 1/2, 10.180.0.5:80 1/2
              NodePort 192.0.2.10:3002 after 3 rules -> 10.180.0.4:80 1/2, 10.180.0.5:80 1/2
            """,
            Show(EndpointMaps));
    }

    [Fact]
    public void Services_of_size_classes_are_found()
    {
        Assert.Equal(
            """
            default/web:http tcp Cluster sources 203.0.113.128/25
              ClusterIP 10.96.0.1:80 after 2 rules -> 10.244.1.5:8080 1/2, 10.244.1.6:8080 1/2
              LoadBalancer 198.51.100.5:443 after 2 rules -> 10.244.1.5:8080 1/2, 10.244.1.6:8080 1/2
              NodePort *:30080 after 3 rules -> 10.244.1.5:8080 1/2, 10.244.1.6:8080 1/2
            kube-system/dns udp
              ClusterIP 10.96.0.2:53 after 2 rules Reject
            """,
            Show(SizeClasses));
    }

    [Theory]
    [InlineData(EndpointChains)]
    [InlineData(EndpointMaps)]
    [InlineData(SizeClasses)]
    public void What_is_found_can_be_drawn_and_its_cost_measured(string rules)
    {
        var node = Node(rules);
        var services = ServiceFinder.FindAll(node);

        var cost = CostMeter.Measure(new Tracer(node), services);

        Assert.True(cost.Summary.Worst?.RulesEvaluated is > 2 and < 20, $"{cost.Summary.Worst}");
        Assert.All(services, s => Assert.True(GraphBuilder.OfService(node, s).Nodes.Count > 2, s.FullName));
        Assert.True(GraphBuilder.OfTable(node.Ruleset.Tables[0]).Nodes.Count >= 4);
    }

    private static NodeSnapshot Node(string rules) => SnapshotReader.Read([SourceText.Of("rules", rules)]).Snapshot;

    private static string Show(string rules) => string.Join('\n', ServiceFinder.FindAll(Node(rules)).Select(Show));

    private static string Show(ServiceInfo service) =>
        $"{service.FullName} {service.Protocol}{(service.HasAffinity ? " affinity" : "")}{(service.ExternalPolicy is { } policy ? $" {policy}" : "")}" +
        (service.SourceRanges.Count > 0 ? $" sources {string.Join(", ", service.SourceRanges)}" : "") +
        string.Concat(service.Addresses.Select(a =>
            $"\n  {a.Kind} {a} after {a.RulesToReach} rules" +
            (a.Endpoints.Count > 0 ? $" -> {string.Join(", ", a.Endpoints.Select(e => $"{e} {e.Probability}"))}" : "") +
            (a.Refusal is { } refusal ? $" {refusal.Action}" : "")));
}
