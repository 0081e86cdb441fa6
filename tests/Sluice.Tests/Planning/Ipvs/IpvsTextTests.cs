using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;
using Sluice.Tests.Cli;
using Xunit;

namespace Sluice.Tests.Planning.Ipvs;

/// <summary>What render prints for IPVS mode, read back as any other dump.</summary>
public sealed class IpvsTextTests : IDisposable
{
    private const string Cluster = """
        apiVersion: v1
        kind: Node
        metadata: {name: node-a}
        status: {addresses: [{type: InternalIP, address: 192.168.0.2}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: shop}
        spec: {type: NodePort, clusterIP: 172.30.0.1, ports: [{name: http, port: 80, nodePort: 30080}]}
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
        addressType: IPv4
        ports: [{name: http, protocol: TCP, port: 8080}]
        endpoints: [{addresses: [10.180.1.10], nodeName: node-a}, {addresses: [10.180.2.10], nodeName: node-b}]
        """;

    private readonly string _manifest = Path.GetTempFileName();

    [Fact]
    public void What_is_printed_reads_back_to_what_was_planned()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var cluster = new RandomCluster(seed).Fill(30);
            var plan = IpvsPlan.Of(cluster.Intent, new IpvsPlanOptions(cluster.Family) { Scheduler = seed % 3 == 0 ? "mh" : null });
            using var text = new StringWriter();
            IpvsText.Write(plan, text);
            var read = SnapshotReader.Read([SourceText.Of("plan", text.ToString())]);
            Assert.Empty(read.Problems);
            Assert.DoesNotContain(read.Notes, n => n.MattersToAnswers);
            Assert.Equal(plan.Ipsets, read.Snapshot.Ipsets);
            Assert.Equal(plan.Servers, read.Snapshot.Ipvs ?? Netfilter.Ipvs.IpvsTable.Empty);
            var only = Assert.Single(read.Snapshot.Interfaces!.Interfaces);
            Assert.Equal((IpvsLayout.Interface, plan.Addresses), (only.Name, only.Addresses.Select(a => a.Address).ToEquatableArray()));
        }
    }

    [Theory]
    [InlineData("172.30.0.1:80", "10.180.2.10:8080")]
    [InlineData("192.168.0.2:30080", "10.180.1.10:8080")]
    public void Trace_takes_it_from_standard_input(string to, string endpoint)
    {
        File.WriteAllText(_manifest, Cluster);
        var render = CommandRunner.Run($"render --mode ipvs --cluster-cidr 10.180.0.0/16 -c {_manifest}");
        Assert.True(render.Code == ExitCode.Clean && render.Error.Length == 0, render.ToString());

        // The node's own addresses are not in it: they are given besides, as everywhere.
        var interfaces = Path.GetTempFileName();
        try
        {
            File.WriteAllText(interfaces, "2: eth0    inet 192.168.0.2/24 brd 192.168.0.255 scope global eth0\n");
            var trace = CommandRunner.Run($"trace -f - -f {interfaces} --from 203.0.113.9 --to {to} -o json", render.Output);
            Assert.True(trace.Code == ExitCode.Clean, trace.ToString());
            Assert.Contains($"\"destination\": \"{endpoint.Split(':')[0]}\"", trace.Output, StringComparison.Ordinal);
            Assert.Contains("\"exactProbability\": \"1/2\"", trace.Output, StringComparison.Ordinal);
            Assert.Contains("\"masquerade\": true", trace.Output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(interfaces);
        }
    }

    [Theory]
    [InlineData("--ipvs-scheduler wlc", "-s wlc")]
    [InlineData("--family ipv4", "-s rr")]
    [InlineData("--iptables-masquerade-bit 5", "--or-mark 0x00000020")]
    public void Flags_do_what_they_say(string flags, string expected)
    {
        File.WriteAllText(_manifest, Cluster);
        var render = CommandRunner.Run($"render --mode ipvs -c {_manifest} {flags}");
        Assert.True(render.Code == ExitCode.Clean, render.ToString());
        Assert.Contains(expected, render.Output, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_manifest);
}
