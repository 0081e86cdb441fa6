using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;
using static Sluice.Tests.Planning.PlanCluster;

namespace Sluice.Tests.Planning;

/// <summary>The text of planned rules, and how many there are.</summary>
public sealed class PlannedRulesTests
{
    private const string Chain = "XPGD46QRK7WJZT7O";

    [Theory]
    [InlineData(0, 0, 4, 5)]
    [InlineData(1, 0, 5, 5)]
    [InlineData(1, 1, 4, 10)]
    [InlineData(1, 2, 4, 13)]
    [InlineData(1, 10, 4, 37)]
    [InlineData(10, 0, 14, 5)]
    [InlineData(10, 1, 4, 55)]
    [InlineData(10, 2, 4, 85)]
    [InlineData(10, 10, 4, 325)]
    public void A_cluster_has_as_many_rules_as_kube_proxy_counts(int services, int endpoints, int filter, int nat)
    {
        var plan = Plan(Enumerable.Range(0, services).Select(s =>
            Port($"ns/svc{s}", $"172.30.1.{s}", [.. Enumerable.Range(1, endpoints).Select(e => $"10.180.{s}.{e}")])));
        Assert.Equal((filter, nat), (CountRules(plan, "filter"), CountRules(plan, "nat")));
    }

    [Theory]
    [InlineData(0, 8, 5)]
    [InlineData(1, 5, 18)]
    [InlineData(2, 5, 21)]
    [InlineData(10, 5, 45)]
    public void A_load_balancer_with_source_ranges_has_as_many_rules_as_kube_proxy_counts(int endpoints, int filter, int nat)
    {
        var port = Port("ns/svc", "172.30.1.1", [.. Enumerable.Range(1, endpoints).Select(e => $"10.180.0.{e}")]) with
        {
            NodePort = 3001,
            ExternalIPs = [NetAddress.Parse("1.2.3.4")],
            LoadBalancerIPs = [NetAddress.Parse("1.2.3.4")],
            SourceRanges = [Prefix.Parse("1.2.3.4/28")],
        };
        var plan = new IptablesPlan(Plan([port]).Intent, new IptablesPlanOptions(IPFamily.IPv4) { CountsPackets = true });
        Assert.Equal((filter, nat), (CountRules(plan, "filter"), CountRules(plan, "nat")));
    }

    [Fact]
    public void A_cluster_address_has_the_text_that_kube_proxy_writes()
    {
        var plan = Only(Plan([Port("ns1/svc1", "172.30.0.41", "10.180.0.1", "10.180.0.2", "10.180.0.3")]));
        Assert.Equal(
            [new PlannedRule("nat", "KUBE-SERVICES", $"-m comment --comment \"ns1/svc1:p80 cluster IP\" -m tcp -p tcp -d 172.30.0.41 --dport 80 -j KUBE-SVC-{Chain}")],
            plan.Dispatch);
        Assert.Equal(
            [
                "-m comment --comment \"ns1/svc1:p80 cluster IP\" -m tcp -p tcp -d 172.30.0.41 --dport 80 ! -s 10.0.0.0/8 -j KUBE-MARK-MASQ",
                "-m comment --comment \"ns1/svc1:p80 -> 10.180.0.1:80\" -m statistic --mode random --probability 0.3333333333 -j KUBE-SEP-SXIVWICOYRO3J4NJ",
                "-m comment --comment \"ns1/svc1:p80 -> 10.180.0.2:80\" -m statistic --mode random --probability 0.5000000000 -j " + Endpoint("10.180.0.2"),
                "-m comment --comment \"ns1/svc1:p80 -> 10.180.0.3:80\" -j " + Endpoint("10.180.0.3"),
            ],
            plan.Chains[0].Rules);
        Assert.Equal(
            [
                "-m comment --comment ns1/svc1:p80 -s 10.180.0.1 -j KUBE-MARK-MASQ",
                "-m comment --comment ns1/svc1:p80 -m tcp -p tcp -j DNAT --to-destination 10.180.0.1:80",
            ],
            plan.Chains[1].Rules);
    }

    [Fact]
    public void Affinity_asks_the_lists_of_all_endpoints_before_it_draws_one()
    {
        var plan = Only(Plan([Port("ns1/svc1", "172.30.0.41", "10.180.0.1", "10.180.0.2") with { AffinitySeconds = 10800 }]));
        var (a, b) = (Endpoint("10.180.0.1"), Endpoint("10.180.0.2"));
        Assert.Equal(
            [
                $"-m comment --comment \"ns1/svc1:p80 -> 10.180.0.1:80\" -m recent --name {a} --rcheck --seconds 10800 --reap -j {a}",
                $"-m comment --comment \"ns1/svc1:p80 -> 10.180.0.2:80\" -m recent --name {b} --rcheck --seconds 10800 --reap -j {b}",
                $"-m comment --comment \"ns1/svc1:p80 -> 10.180.0.1:80\" -m statistic --mode random --probability 0.5000000000 -j {a}",
                $"-m comment --comment \"ns1/svc1:p80 -> 10.180.0.2:80\" -j {b}",
            ],
            plan.Chains[0].Rules.Skip(1));
        Assert.Equal($"-m comment --comment ns1/svc1:p80 -m recent --name {a} --set -m tcp -p tcp -j DNAT --to-destination 10.180.0.1:80", plan.Chains[1].Rules[1]);
    }

    [Fact]
    public void Above_1000_endpoints_rules_about_single_ones_lose_their_comments()
    {
        var first = Port("ns1/svc1", "172.30.0.41", "10.180.0.1") with { EndpointCount = 1000 };
        var commented = Only(Plan([first]));
        Assert.Contains("--comment", commented.Chains[1].Rules[0], StringComparison.Ordinal);
        var plain = Only(Plan([first with { EndpointCount = 1001 }]));
        Assert.Equal(commented.Dispatch, plain.Dispatch);
        Assert.Equal(
            ["-m comment --comment \"ns1/svc1:p80 cluster IP\" -m tcp -p tcp -d 172.30.0.41 --dport 80 ! -s 10.0.0.0/8 -j KUBE-MARK-MASQ", "-j KUBE-SEP-SXIVWICOYRO3J4NJ"],
            plain.Chains[0].Rules);
        Assert.Equal(["-s 10.180.0.1 -j KUBE-MARK-MASQ", "-m tcp -p tcp -j DNAT --to-destination 10.180.0.1:80"], plain.Chains[1].Rules);
    }

    [Fact]
    public void A_node_takes_its_options_to_where_kube_proxy_writes_them()
    {
        var port = Port("ns1/svc1", "172.30.0.41", "10.180.0.1");
        string Masquerade(NodeProfile node) => Only(Plan([port], node)).Chains[0].Rules[0];
        Assert.EndsWith("--dport 80 ! -i cni0 -j KUBE-MARK-MASQ", Masquerade(ThisNode with { LocalDetector = new LocalDetector.BridgeInterface("cni0") }), StringComparison.Ordinal);
        Assert.EndsWith("--dport 80 ! -i veth+ -j KUBE-MARK-MASQ", Masquerade(ThisNode with { LocalDetector = new LocalDetector.InterfaceNamePrefix("veth") }), StringComparison.Ordinal);
        Assert.EndsWith("--dport 80 -j KUBE-MARK-MASQ", Masquerade(ThisNode with { MasqueradeAll = true }), StringComparison.Ordinal);
        Assert.Contains("-j KUBE-SEP-", Masquerade(ThisNode with { LocalDetector = LocalDetector.NotConfigured }), StringComparison.Ordinal);
        Assert.Contains("-j KUBE-SEP-", Masquerade(ThisNode with { LocalDetector = new LocalDetector.Cidr([Prefix.Parse("fd00::/8")]) }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true, "-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS")]
    [InlineData("", false, "-m addrtype --dst-type LOCAL ! -d 127.0.0.0/8 -j KUBE-NODEPORTS")]
    [InlineData("0.0.0.0/0", true, "-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS")]
    [InlineData("192.168.0.0/16", true, "-d 192.168.0.2 -j KUBE-NODEPORTS|-d 192.168.1.2 -j KUBE-NODEPORTS")]
    [InlineData("192.168.1.0/24,127.0.0.0/8", true, "-d 127.0.0.1 -j KUBE-NODEPORTS|-d 192.168.1.2 -j KUBE-NODEPORTS")]
    [InlineData("192.168.1.0/24,127.0.0.0/8", false, "-d 192.168.1.2 -j KUBE-NODEPORTS")]
    [InlineData("2001:db8::/64", true, "-m addrtype --dst-type LOCAL -j KUBE-NODEPORTS")]
    [InlineData("10.9.9.0/24", true, "")]
    public void Node_ports_are_served_on_the_addresses_asked_for(string ranges, bool localhost, string rules)
    {
        var node = ThisNode with { NodePortAddresses = Prefixes(ranges), LocalhostNodePorts = localhost };
        Assert.Equal(rules, NodePortJumps(Plan([], node)));
    }

    [Theory]
    [InlineData("", "-m addrtype --dst-type LOCAL ! -d ::1/128 -j KUBE-NODEPORTS")]
    [InlineData("2001:db8::/64,::1/128", "-d 2001:db8::1 -j KUBE-NODEPORTS")]
    public void Node_ports_never_answer_on_the_loopback_address_of_IPv6(string ranges, string rules)
    {
        Assert.Equal(rules, NodePortJumps(Plan([], ThisNode with { NodePortAddresses = Prefixes(ranges) }, IPFamily.IPv6)));
    }

    [Fact]
    public void The_mark_and_what_the_kernel_can_do_shape_the_shared_chains()
    {
        var options = new IptablesPlanOptions(IPFamily.IPv4) { MasqueradeMark = 1 << 5, RandomFully = true, DropInvalid = false };
        var chains = new IptablesPlanner(options).SharedChainsOf(ThisNode).ToDictionary(c => (c.Table, c.Name), c => c.Rules);
        Assert.Equal(["-j MARK --or-mark 0x00000020"], chains[("nat", "KUBE-MARK-MASQ")]);
        Assert.Equal(
            [
                "-m mark ! --mark 0x00000020/0x00000020 -j RETURN",
                "-j MARK --xor-mark 0x00000020",
                "-m comment --comment \"kubernetes service traffic requiring SNAT\" -j MASQUERADE --random-fully",
            ],
            chains[("nat", "KUBE-POSTROUTING")]);
        Assert.Equal(
            [
                "-m comment --comment \"kubernetes forwarding rules\" -m mark --mark 0x00000020/0x00000020 -j ACCEPT",
                "-m comment --comment \"kubernetes forwarding conntrack rule\" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
            ],
            chains[("filter", "KUBE-FORWARD")]);
    }

    [Theory]
    [InlineData("ns1", "svc1", "p\"80")]
    [InlineData("ns1", "svc1\n-A INPUT -j ACCEPT", "p80")]
    [InlineData("ns 1", "svc1", "p80")]
    [InlineData("ns1", "", "p80")]
    [InlineData("ns1", "svc1", "-j")]
    [InlineData("ns1", "svc1", "p\u0000")]
    [InlineData("ns1", "sv\u00e7", "p80")]
    public void A_name_that_Kubernetes_does_not_allow_never_becomes_part_of_a_rule(string space, string service, string port)
    {
        var hostile = Port("ns1/svc1", "172.30.0.41", "10.180.0.1") with
        {
            Name = new ServicePortName(new ObjectName(space, service), port, L4Protocol.Tcp),
        };
        var thrown = Assert.Throws<ArgumentException>(() => Only(Plan([hostile])));
        Assert.DoesNotContain('\n', thrown.Message);
    }

    [Theory]
    [InlineData("eth0 -j ACCEPT")]
    [InlineData("")]
    [InlineData("a-name-of-16-char")]
    [InlineData("br\n0")]
    public void A_name_that_no_interface_has_never_becomes_part_of_a_rule(string name)
    {
        var port = Port("ns1/svc1", "172.30.0.41", "10.180.0.1");
        Assert.Throws<ArgumentException>(() => Only(Plan([port], ThisNode with { LocalDetector = new LocalDetector.BridgeInterface(name) })));
        Assert.Throws<ArgumentException>(() => Only(Plan([port], ThisNode with { LocalDetector = new LocalDetector.InterfaceNamePrefix(name) })));
    }

    private static ServicePlan Only(IptablesPlan plan) => Assert.Single(plan.Ports.ToList());

    private static string Endpoint(string address) =>
        ChainNaming.EndpointChain(new ServicePortName(new ObjectName("ns1", "svc1"), "p80", L4Protocol.Tcp), new Endpoint(NetAddress.Parse(address), 80));

    private static EquatableArray<Prefix> Prefixes(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Prefix.Parse).ToEquatableArray();

    private static string NodePortJumps(IptablesPlan plan)
    {
        const string Comment = "-m comment --comment \"kubernetes service nodeports; NOTE: this must be the last rule in this chain\" ";
        var rules = plan.SharedChains.Single(c => (c.Table, c.Name) == ("nat", "KUBE-SERVICES")).Rules;
        Assert.All(rules, rule => Assert.StartsWith(Comment, rule, StringComparison.Ordinal));
        return string.Join('|', rules.Select(r => r[Comment.Length..]));
    }
}
