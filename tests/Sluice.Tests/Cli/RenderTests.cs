using System.Text;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests.Cli;

/// <summary><c>sluice render</c>: rules from manifests, and what it says when it cannot make them.</summary>
public sealed class RenderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-render-").FullName;

    [Fact]
    public void The_rules_of_manifests_read_back_in_the_family_asked_for()
    {
        var path = Write("cluster.yaml", Cluster);
        foreach (var (family, flag, address) in new[] { (IPFamily.IPv4, "", "172.30.0.1/32"), (IPFamily.IPv6, " --family ipv6", "fd00:172::1/128") })
        {
            var result = CommandRunner.Run($"render -c {path} --node node-a --cluster-cidr 10.0.0.0/8,fd00:10::/64{flag}");
            Assert.True(result.Code == ExitCode.Clean && result.Error.Length == 0, result.ToString());
            var ruleset = SnapshotReader.Read([new SourceText("render", Encoding.UTF8.GetBytes(result.Output))]).Snapshot.Ruleset;
            Assert.All(ruleset.Tables, t => Assert.Equal(TableFamilies.Of(family), t.Family));
            Assert.Contains(ruleset.Find(family, "nat")!.FindChain("KUBE-SERVICES")!.Rules, r => Netfilter.Iptables.RestoreWriter.Write(r).StartsWith($"-d {address} ", StringComparison.Ordinal));
            Assert.NotNull(ruleset.Find(family, "nat")!.FindChain("PREROUTING")!.Base);
        }
    }

    [Fact]
    public void The_table_of_nftables_reads_back_as_it_was_planned_in_both_families()
    {
        var result = CommandRunner.Run($"render --mode nftables -c {Write("cluster.yaml", Cluster)} --cluster-cidr 10.0.0.0/8,fd00:10::/64");
        Assert.True(result.Code == ExitCode.Clean && result.Error.Length == 0, result.ToString());
        var read = SnapshotReader.Read([new SourceText("render", Encoding.UTF8.GetBytes(result.Output))]);
        Assert.True(read.Problems.Count + read.Notes.Count == 0, string.Join('\n', read.Notes));
        foreach (var (family, node) in new[] { (TableFamily.IPv4, "192.168.0.2"), (TableFamily.IPv6, "2001:db8::1") })
        {
            var table = read.Snapshot.Ruleset.FindNative(family, "sluice")!;
            Assert.Equal("shop/web:http", Assert.Single(table.FindSet("service-ips")!.Elements).Comment);
            Assert.Equal(node, Assert.Single(table.FindSet("nodeport-ips")!.Elements).First.ToAddress().ToString());
        }

        Assert.StartsWith("table ip6 sluice {", CommandRunner.Run($"render --mode nftables --family ipv6 -c {Write("cluster.yaml", Cluster)}").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "192.168.0.2")]
    [InlineData("--nftables-localhost-nodeports", "127.0.0.1, 192.168.0.2")]
    [InlineData("--nodeport-addresses 127.0.0.0/8,192.168.0.0/16", "192.168.0.2")]
    public void Node_ports_of_nftables_are_for_the_own_address_unless_more_is_asked_for(string flags, string expected)
    {
        var result = CommandRunner.Run($"render --mode nftables --family ipv4 -c {Write("cluster.yaml", Cluster)} {flags}");
        var table = SnapshotReader.Read([new SourceText("render", Encoding.UTF8.GetBytes(result.Output))]).Snapshot.Ruleset.FindNative(TableFamily.IPv4, "sluice")!;
        Assert.Equal(expected, string.Join(", ", table.FindSet("nodeport-ips")!.Elements.Select(e => e.First.ToAddress().ToString())));
        Assert.Equal(expected.Contains("127.0.0.1", StringComparison.Ordinal), table.FindChain("loopback-guard") is not null);
    }

    [Fact]
    public void The_only_node_is_meant_when_none_is_named()
    {
        var result = CommandRunner.Run($"render -c {Write("cluster.yaml", Cluster)}");
        Assert.True(result.Code == ExitCode.Clean && result.Error.Length == 0, result.ToString());
        var other = CommandRunner.Run($"render -c {Write("cluster.yaml", Cluster)} --node other");
        Assert.True(other.Code == ExitCode.Clean, other.ToString());
        Assert.Equal("sluice: note: no Node other in the cluster: its addresses and zone are not known\n", other.Error);
    }

    [Theory]
    [InlineData("--mode ebpf", "sluice: --mode: expected iptables, nftables or ipvs, not 'ebpf'")]
    [InlineData("--family v6", "sluice: --family: expected ipv4 or ipv6, not 'v6'")]
    [InlineData("--cluster-cidr 10.0.0.1", "sluice: --cluster-cidr: expected an address range such as 10.244.0.0/16, not '10.0.0.1'")]
    [InlineData("--nodeport-addresses primary,10.0.0.0/8", "sluice: --nodeport-addresses: the word primary stands alone")]
    [InlineData("--detect-local-mode clusterCIDR", "sluice: --detect-local-mode: expected one of ClusterCIDR, NodeCIDR, BridgeInterface, InterfaceNamePrefix, not 'clusterCIDR', did you mean ClusterCIDR?")]
    [InlineData("--detect-local-mode BridgeInterface", "sluice: --detect-local-mode: BridgeInterface needs detectLocal.bridgeInterface (--pod-bridge-interface)")]
    [InlineData("--detect-local-mode BridgeInterface --pod-bridge-interface 'br 0'", "sluice: --pod-bridge-interface: not an interface's name: 'br 0'")]
    [InlineData("--detect-local-mode NodeCIDR", "sluice: --detect-local-mode NodeCIDR needs the pod addresses of the node: there is no Node node-a with spec.podCIDRs")]
    [InlineData("--iptables-masquerade-bit 32", "sluice: --iptables-masquerade-bit: expected a number from 0 to 31, not '32'")]
    public void A_flag_that_makes_no_sense_is_one_line_that_says_so(string flags, string message)
    {
        var result = CommandRunner.Run($"render -c {Write("cluster.yaml", Cluster)} --node node-a {flags}");
        Assert.True(result.Code == ExitCode.Failure && result.Output.Length == 0, result.ToString());
        Assert.Equal(message + "\n", result.Error);
    }

    [Fact]
    public void A_manifest_that_cannot_be_read_is_one_line_with_its_place()
    {
        var path = Write("broken.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec: {clusterIP: 172.30.0.1, ports: [{port: many}]}\n");
        var result = CommandRunner.Run($"render -c {path} --node node-a");
        Assert.True(result.Code == ExitCode.Failure && result.Output.Length == 0, result.ToString());
        Assert.StartsWith($"sluice: {path}:", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("", "Service")]
    [InlineData("--masquerade-all", "-d 172.30.0.1 --dport 80 -j KUBE-MARK-MASQ")]
    [InlineData("--nodeport-addresses primary", "-d 192.168.0.2 -j KUBE-NODEPORTS")]
    [InlineData("--iptables-localhost-nodeports=false", "--dst-type LOCAL ! -d 127.0.0.0/8 -j KUBE-NODEPORTS")]
    [InlineData("--detect-local-mode InterfaceNamePrefix --pod-interface-name-prefix veth", "! -i veth+ -j KUBE-MARK-MASQ")]
    [InlineData("--iptables-masquerade-bit 5", "-j MARK --or-mark 0x00000020")]
    public void The_flags_of_kube_proxy_do_what_they_do_there(string flags, string expected)
    {
        var result = CommandRunner.Run($"render -c {Write("cluster.yaml", Cluster)} --hostname-override node-a {flags}");
        Assert.True(result.Code == ExitCode.Clean, result.ToString());
        Assert.Contains(expected, result.Output, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private const string Cluster = """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec:
          type: NodePort
          clusterIP: 172.30.0.1
          clusterIPs: [172.30.0.1, "fd00:172::1"]
          ipFamilies: [IPv4, IPv6]
          ports: [{name: http, port: 80, nodePort: 30080, protocol: TCP}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-4, namespace: shop, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        ports: [{name: http, port: 8080, protocol: TCP}]
        endpoints:
          - {addresses: [10.0.1.1], nodeName: node-a, conditions: {ready: true}}
          - {addresses: [10.0.2.1], nodeName: node-b, conditions: {ready: true}}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-6, namespace: shop, labels: {kubernetes.io/service-name: web}}
        addressType: IPv6
        ports: [{name: http, port: 8080, protocol: TCP}]
        endpoints:
          - {addresses: ["fd00:10::1"], nodeName: node-a, conditions: {ready: true}}
        ---
        apiVersion: v1
        kind: Node
        metadata: {name: node-a}
        status:
          addresses: [{type: InternalIP, address: 192.168.0.2}, {type: InternalIP, address: "2001:db8::1"}]

        """;

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
