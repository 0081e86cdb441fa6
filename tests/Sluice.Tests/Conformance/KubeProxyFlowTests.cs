using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Conformance;

/// <summary>The tracer against the packet tables of kube-proxy's own tests.</summary>
public sealed class KubeProxyFlowTests(ITestOutputHelper output)
{
    // Flows where the kernel does otherwise than kube-proxy's simplified test tracer says, each with the reason.
    private static readonly Dictionary<string, string> s_differences = new(StringComparer.Ordinal)
    {
        ["nftables/001-TestTracePacketV4: local, mark for masquerade"] =
            "filter-output has priority -110, before destination NAT: the kernel drops what the node itself sends to a Service without local endpoints there; its trace shows it",
    };

    [Theory]
    [InlineData("iptables", "rules.ip*tables-save.txt", 249)]
    [InlineData("nftables", "rules.nft-list.txt", 218)]
    [InlineData("nftables", "rules.nft-j.json", 218)]
    public void Every_flow_agrees_or_stands_in_the_list_of_differences(string backend, string file, int flows)
    {
        if (KubeProxyFlow.FindFolder(backend) is not { } root)
        {
            Assert.Skip("kube-proxy's flow tables (shared/conformance/kube-proxy-flows) are not beside the checkout");
            return;
        }

        var wrong = new List<string>();
        var agreed = 0;
        var listed = 0;
        foreach (var folder in Directory.GetDirectories(root).Order(StringComparer.Ordinal))
        {
            var tracer = new Tracer(ReadNode(folder, file));
            foreach (var flow in KubeProxyFlow.Read(folder))
            {
                var answer = Answer(tracer, flow, out var trace);
                var expected = (Normalize(flow.Output), flow.Masquerade);
                if (answer == expected)
                {
                    agreed++;
                }
                else if (s_differences.ContainsKey($"{backend}/{flow.Case}: {flow.Name}"))
                {
                    listed++;
                }
                else
                {
                    wrong.Add($"{flow}\n    expected {expected}\n    answered {answer} ({trace.Verdict}; {string.Join(" | ", trace.Outcomes.Select(o => $"{o.Disposition} {o.Destination} {o.Reason} {string.Join(',', o.Conditions)}"))})");
                }
            }
        }

        output.WriteLine($"{file}: {agreed} flows agree, {listed} stand in the list, {wrong.Count} are wrong");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(flows, agreed + listed);
        Assert.Equal(s_differences.Keys.Count(k => k.StartsWith(backend + '/', StringComparison.Ordinal)), listed);
    }

    private static NodeSnapshot ReadNode(string folder, string file)
    {
        var dump = Directory.GetFiles(folder, file).Single();
        var read = SnapshotReader.Read([new SourceText(Path.GetFileName(dump), File.ReadAllBytes(dump))]);
        var addresses = KubeProxyFlow.NodeAddresses(folder)
            .Select(a => NetAddress.Parse(a))
            .Select(a => new InterfaceAddress(a, a.Family == IPFamily.IPv4 ? 24 : 64, IsSecondary: false, AddressScope.Global));
        return read.Snapshot with { Interfaces = new InterfaceTable([new NetInterface(2, "eth0", IsUp: true, addresses.ToEquatableArray())]) };
    }

    private static (string Output, bool Masquerade) Answer(Tracer tracer, KubeProxyFlow flow, out Trace trace)
    {
        var source = NetAddress.Parse(flow.Source);
        Assert.True(L4Protocol.TryParse(flow.Protocol, out var protocol));
        var destination = NetAddress.Parse(flow.Destination);
        trace = tracer.Trace(new Packet(protocol, source, destination)
        {
            SourcePort = 40000,
            DestinationPort = flow.Port,
            Entry = tracer.Node.IsLocal(source) ? PacketEntry.Local : PacketEntry.Network,
        });
        var words = trace.Outcomes.Select(o => o.Disposition switch
        {
            Disposition.Rejected => "REJECT",
            Disposition.Dropped => "DROP",
            Disposition.Accepted when o.Path.Any(s => s.Chain.Name == "KUBE-NODEPORTS" && s.Action == "Accept") => "ACCEPT",
            Disposition.Forwarded or Disposition.Accepted => o.Destination == destination && o.DestinationPort == flow.Port ? "" : o.Destination!.Value.WithPort(o.DestinationPort),
            var other => other.ToString(),
        });
        return (Normalize(string.Join(", ", words)), trace.Outcomes.Any(o => o.Masquerade));
    }

    private static string Normalize(string output) =>
        string.Join(", ", output.Split(", ", StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
