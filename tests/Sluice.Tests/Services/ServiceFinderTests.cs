using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Services;

public sealed class ServiceFinderTests
{
    [Fact]
    public void A_listing_cut_by_hand_still_tells_the_Service()
    {
        var service = Assert.Single(ServiceFinder.FindAll(Cases.Read(Cases.Listing)));

        Assert.Equal("default/testsvc", service.Name);
        Assert.Null(service.PortName);
        Assert.Equal(L4Protocol.Tcp, service.Protocol);
        Assert.Equal(
            ["ClusterIP 172.30.5.207:443 3", "LoadBalancer 172.6.6.6:443 4"],
            service.Addresses.Select(a => $"{a.Kind} {a} {a.RulesToReach}"));
        Assert.Equal(7, service.Endpoints.Count);
        Assert.Equal("172.31.9.52:80", Assert.Single(service.Endpoints, e => !e.IsMissing).ToString());
        Assert.Equal(6, service.Endpoints.Count(e => e.IsMissing));
        Assert.Equal("KUBE-SEP-EA7TYKWK2S6G4PQR", service.Endpoints[0].ToString());
        Assert.Equal("153394757/1073741824", service.Endpoints[0].Probability.ToString());
        Assert.Equal("82352908650603425/576460752303423488", service.Endpoints[1].Probability.ToString());
        Assert.Equal(Probability.One, Sum(service.Endpoints));
        Assert.Equal(TrafficPolicy.Local, service.ExternalPolicy);
        Assert.Equal(TrafficPolicy.Cluster, service.InternalPolicy);
        Assert.Equal((RefusalAction.Drop, "has no local endpoints"), (service.Refusal!.Action, service.Refusal.Reason));
        Assert.Equal("KUBE-XLB-M42ZCW2EYUCRBVAF", service.Refusal.Rule!.Chain);
        Assert.Null(service.Addresses[0].Refusal);
        Assert.Empty(service.LocalEndpoints);
    }

    [Fact]
    public void Node_ports_count_the_rules_of_both_chains()
    {
        var service = Assert.Single(ServiceFinder.FindAll(Cases.Read(Cases.Save("""
            -A PREROUTING -j KUBE-SERVICES
            -A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "a/b:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-X
            -A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
            -A KUBE-NODEPORTS -d 127.0.0.0/8 -p tcp -m comment --comment "a/b:http" -m tcp --dport 30080 -j KUBE-EXT-X
            -A KUBE-NODEPORTS -p tcp -m comment --comment "a/b:http" -m tcp --dport 30080 -j KUBE-EXT-X
            -A KUBE-EXT-X -j KUBE-MARK-MASQ
            -A KUBE-EXT-X -j KUBE-SVC-X
            -A KUBE-SVC-X -j KUBE-SEP-Y
            -A KUBE-SEP-Y -p tcp -m tcp -j DNAT --to-destination 10.0.0.1:8080
            """))));

        Assert.Equal(["ClusterIP 10.96.0.7:80 2", "NodePort *:30080 5"], service.Addresses.Select(a => $"{a.Kind} {a} {a.RulesToReach}"));
        Assert.Equal("a/b", service.Name);
        Assert.Equal("http", service.PortName);
        Assert.Equal(TrafficPolicy.Cluster, service.ExternalPolicy);
    }

    [Fact]
    public void Node_ports_of_chosen_addresses_are_told_one_by_one()
    {
        var service = Assert.Single(ServiceFinder.FindAll(Cases.Read(Cases.Save("""
            -A PREROUTING -j KUBE-SERVICES
            -A KUBE-SERVICES -d 192.168.0.2/32 -j KUBE-NODEPORTS
            -A KUBE-SERVICES -d 192.168.1.2/32 -j KUBE-NODEPORTS
            -A KUBE-NODEPORTS -p tcp -m comment --comment "a/b" -m tcp --dport 30080 -j KUBE-EXT-X
            -A KUBE-EXT-X -j KUBE-SVC-X
            -A KUBE-SVC-X -j KUBE-SEP-Y
            """))));

        Assert.Equal(["NodePort 192.168.0.2:30080 3", "NodePort 192.168.1.2:30080 4"], service.Addresses.Select(a => $"{a.Kind} {a} {a.RulesToReach}"));
        Assert.Equal("KUBE-SEP-Y", Assert.Single(service.Endpoints).ToString());
    }

    [Fact]
    public void A_Service_without_endpoints_is_found_where_it_is_refused()
    {
        var service = Assert.Single(ServiceFinder.FindAll(Cases.Read(Cases.Save("-A PREROUTING -j KUBE-SERVICES", """
            -A FORWARD -m conntrack --ctstate NEW -j KUBE-SERVICES
            -A FORWARD -m conntrack --ctstate NEW -j KUBE-EXTERNAL-SERVICES
            -A KUBE-SERVICES -d 172.30.0.46/32 -p udp -m comment --comment "ns6/svc6:dns has no endpoints" -m udp --dport 53 -j REJECT --reject-with icmp-port-unreachable
            -A KUBE-EXTERNAL-SERVICES -d 192.168.99.22/32 -p udp -m comment --comment "ns6/svc6:dns has no local endpoints" -m udp --dport 53 -j DROP
            -A KUBE-EXTERNAL-SERVICES -p udp -m comment --comment "ns6/svc6:dns has no local endpoints" -m addrtype --dst-type LOCAL -m udp --dport 30053 -j DROP
            """))));

        Assert.Equal(
            ["ClusterIP 172.30.0.46:53 Reject has no endpoints", "LoadBalancer 192.168.99.22:53 Drop has no local endpoints", "NodePort *:30053 Drop has no local endpoints"],
            service.Addresses.Select(a => $"{a.Kind} {a} {a.Refusal!.Action} {a.Refusal.Reason}"));
        Assert.Empty(service.Endpoints);
    }

    [Fact]
    public void Local_policy_shows_both_sets_of_endpoints()
    {
        var service = Assert.Single(ServiceFinder.FindAll(Cases.Read(Cases.Save("""
            -A PREROUTING -j KUBE-SERVICES
            -A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "a/b cluster IP" -m tcp --dport 80 -j KUBE-SVC-X
            -A KUBE-SERVICES -d 1.2.3.4/32 -p tcp -m comment --comment "a/b loadbalancer IP" -m tcp --dport 80 -j KUBE-FW-X
            -A KUBE-FW-X -s 203.0.113.0/25 -m comment --comment "a/b loadbalancer IP" -j KUBE-EXT-X
            -A KUBE-FW-X -m comment --comment "other traffic to a/b will be dropped by KUBE-PROXY-FIREWALL"
            -A KUBE-EXT-X -s 10.0.0.0/8 -j KUBE-SVC-X
            -A KUBE-EXT-X -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ
            -A KUBE-EXT-X -m addrtype --src-type LOCAL -j KUBE-SVC-X
            -A KUBE-EXT-X -j KUBE-SVL-X
            -A KUBE-SVC-X -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-A
            -A KUBE-SVC-X -j KUBE-SEP-B
            -A KUBE-SVL-X -j KUBE-SEP-B
            -A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.0.0.1:8080
            -A KUBE-SEP-B -p tcp -m tcp -j DNAT --to-destination 10.0.0.2:8080
            """, """
            -A INPUT -j KUBE-NODEPORTS
            -A KUBE-NODEPORTS -p tcp -m comment --comment "a/b health check node port" -m tcp --dport 32000 -j ACCEPT
            """))));

        Assert.Equal(["10.0.0.1:8080 1/2", "10.0.0.2:8080 1/2"], service.Endpoints.Select(e => $"{e} {e.Probability}"));
        Assert.Equal(["10.0.0.2:8080 1"], service.LocalEndpoints.Select(e => $"{e} {e.Probability}"));
        Assert.Equal((TrafficPolicy.Cluster, TrafficPolicy.Local), (service.InternalPolicy, service.ExternalPolicy));
        Assert.Equal(["203.0.113.0/25"], service.SourceRanges.Select(r => r.ToString()));
        Assert.Equal(32000, service.HealthCheckPort);
    }

    [Fact]
    public void Both_policies_are_told_address_by_address()
    {
        var service = Assert.Single(ServiceFinder.FindAll(Cases.Read(Cases.Save("""
            -A PREROUTING -j KUBE-SERVICES
            -A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "a/b cluster IP" -m tcp --dport 80 -j KUBE-SVL-X
            -A KUBE-SERVICES -d 1.2.3.4/32 -p tcp -m comment --comment "a/b loadbalancer IP" -m tcp --dport 80 -j KUBE-EXT-X
            -A KUBE-EXT-X -j KUBE-MARK-MASQ
            -A KUBE-EXT-X -j KUBE-SVC-X
            -A KUBE-SVC-X -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-A
            -A KUBE-SVC-X -j KUBE-SEP-B
            -A KUBE-SVL-X -j KUBE-SEP-B
            -A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.0.0.1:8080
            -A KUBE-SEP-B -p tcp -m tcp -j DNAT --to-destination 10.0.0.2:8080
            """))));

        Assert.Equal((TrafficPolicy.Local, TrafficPolicy.Cluster), (service.InternalPolicy, service.ExternalPolicy));
        Assert.Equal(
            ["10.96.0.7:80 to 10.0.0.2:8080", "1.2.3.4:80 to 10.0.0.1:8080, 10.0.0.2:8080"],
            service.Addresses.Select(a => $"{a} to {string.Join(", ", a.Endpoints)}"));
        Assert.Equal(["10.0.0.2:8080"], service.LocalEndpoints.Select(e => e.ToString()));
    }

    [Fact]
    public void The_rules_of_Kubernetes_1_12_are_read_too()
    {
        var service = Assert.Single(ServiceFinder.FindAll(Cases.Read(Cases.Save("""
            -A PREROUTING -j KUBE-SERVICES
            -A KUBE-SERVICES ! -s 10.0.0.0/8 -d 10.96.0.7/32 -p tcp -m comment --comment "a/b:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
            -A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m comment --comment "a/b:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-X
            -A KUBE-SERVICES -d 9.9.9.9/32 -p tcp -m comment --comment "a/b:http external IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
            -A KUBE-SERVICES -d 9.9.9.9/32 -p tcp -m comment --comment "a/b:http external IP" -m tcp --dport 80 -m physdev ! --physdev-is-in -m addrtype ! --src-type LOCAL -j KUBE-SVC-X
            -A KUBE-SERVICES -d 9.9.9.9/32 -p tcp -m comment --comment "a/b:http external IP" -m tcp --dport 80 -m addrtype --dst-type LOCAL -j KUBE-SVC-X
            -A KUBE-SERVICES -d 1.2.3.4/32 -p tcp -m comment --comment "a/b:http loadbalancer IP" -m tcp --dport 80 -j KUBE-FW-X
            -A KUBE-SERVICES -m comment --comment "kubernetes service nodeports; NOTE: this must be the last rule in this chain" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
            -A KUBE-NODEPORTS -s 127.0.0.0/8 -p tcp -m comment --comment "a/b:http" -m tcp --dport 30080 -j KUBE-MARK-MASQ
            -A KUBE-NODEPORTS -p tcp -m comment --comment "a/b:http" -m tcp --dport 30080 -j KUBE-XLB-X
            -A KUBE-FW-X -m comment --comment "a/b:http loadbalancer IP" -j KUBE-XLB-X
            -A KUBE-FW-X -m comment --comment "a/b:http loadbalancer IP" -j KUBE-MARK-DROP
            -A KUBE-XLB-X -s 10.0.0.0/8 -m comment --comment "Redirect pods trying to reach external loadbalancer VIP to clusterIP" -j KUBE-SVC-X
            -A KUBE-XLB-X -m comment --comment "Balancing rule 0 for a/b:http" -j KUBE-SEP-B
            -A KUBE-SVC-X -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-A
            -A KUBE-SVC-X -j KUBE-SEP-B
            -A KUBE-SEP-A -s 10.0.0.1/32 -j KUBE-MARK-MASQ
            -A KUBE-SEP-A -p tcp -m tcp -j DNAT --to-destination 10.0.0.1:8080
            -A KUBE-SEP-B -s 10.0.0.2/32 -j KUBE-MARK-MASQ
            -A KUBE-SEP-B -p tcp -m tcp -j DNAT --to-destination 10.0.0.2:8080
            """))));

        Assert.Equal(
            ["ClusterIP 10.96.0.7:80 3 KUBE-SVC-X", "ExternalIP 9.9.9.9:80 5 KUBE-SVC-X", "LoadBalancer 1.2.3.4:80 7 KUBE-FW-X", "NodePort *:30080 10 KUBE-XLB-X"],
            service.Addresses.Select(a => $"{a.Kind} {a} {a.RulesToReach} {a.Target}"));
        Assert.Equal(["10.0.0.1:8080", "10.0.0.2:8080"], service.Endpoints.Select(e => e.ToString()));
        Assert.Equal(["10.0.0.2:8080"], service.LocalEndpoints.Select(e => e.ToString()));
        Assert.Null(service.Refusal);
    }

    [Fact]
    public void Without_comments_the_chains_tell_Services_apart()
    {
        var services = ServiceFinder.FindAll(Cases.Read(Cases.Save("""
            -A PREROUTING -j KUBE-SERVICES
            -A KUBE-SERVICES -d 10.96.0.7/32 -p tcp -m tcp --dport 80 -j KUBE-SVC-X
            -A KUBE-SERVICES -d 1.2.3.4/32 -p tcp -m tcp --dport 80 -j KUBE-EXT-X
            -A KUBE-SERVICES -d 10.96.0.8/32 -p tcp -m tcp --dport 80 -j KUBE-SVC-Z
            -A KUBE-EXT-X -j KUBE-SVC-X
            -A KUBE-SVC-X -j KUBE-SEP-A
            """)));

        Assert.Equal(
            ["KUBE-SVC-X: 10.96.0.7:80, 1.2.3.4:80", "KUBE-SVC-Z: 10.96.0.8:80"],
            services.Select(s => $"{s.Name}: {string.Join(", ", s.Addresses)}"));
    }

    [Fact]
    public void Both_families_are_read()
    {
        const string Text = """
            # Generated by ip6tables-save v1.8.9
            *nat
            :PREROUTING ACCEPT [0:0]
            :KUBE-SERVICES - [0:0]
            :KUBE-SVC-X - [0:0]
            :KUBE-SEP-Y - [0:0]
            -A PREROUTING -j KUBE-SERVICES
            -A KUBE-SERVICES -d fd00::7/128 -p tcp -m comment --comment "a/b cluster IP" -m tcp --dport 80 -j KUBE-SVC-X
            -A KUBE-SVC-X -j KUBE-SEP-Y
            -A KUBE-SEP-Y -p tcp -m tcp -j DNAT --to-destination [fd00:10::1]:8080
            COMMIT
            """;
        var service = Assert.Single(ServiceFinder.FindAll(Cases.Read(Text)));

        Assert.Equal(IPFamily.IPv6, service.Family);
        Assert.Equal("[fd00::7]:80", Assert.Single(service.Addresses).ToString());
        Assert.Equal("[fd00:10::1]:8080", Assert.Single(service.Endpoints).ToString());
    }

    [Theory]
    [InlineData("ns1/svc1", "172.30.0.2:81")]
    [InlineData("ns1/svc1:81", "172.30.0.2:81")]
    [InlineData("ns1/svc1:82", null)]
    [InlineData("svc1", null)]
    public void A_name_stands_for_the_ClusterIP_first(string name, string? expected)
    {
        var services = ServiceFinder.FindAll(Cases.Read(Cases.Save("""
            -A KUBE-SERVICES -d 1.2.3.4/32 -p tcp -m comment --comment "ns1/svc1 loadbalancer IP" -m tcp --dport 81 -j KUBE-EXT-X
            -A KUBE-SERVICES -d 172.30.0.2/32 -p tcp -m comment --comment "ns1/svc1 cluster IP" -m tcp --dport 81 -j KUBE-SVC-X
            """)));

        Assert.Equal(expected, ServiceFinder.Find(services, name).Select(c => c.Address.ToString()).FirstOrDefault());
    }

    private static Probability Sum(EquatableArray<ServiceEndpoint> endpoints) =>
        endpoints.Aggregate(Probability.Zero, (sum, e) => sum + e.Probability!.Value);
}
