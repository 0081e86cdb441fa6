using Sluice.Linux.Ipvs;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>Real connections through virtual servers that the applier wrote, in the lab's cluster.</summary>
public sealed class RoundRobinTests(ITestOutputHelper output)
{
    private const int Port = 80;
    private const int FirstSourcePort = 20_000;
    private const int TargetPort = 8080;

    [UmlTheory]
    [InlineData("tcp", 3, 300, "10.96.0.1")]
    [InlineData("tcp", 7, 700, "10.96.0.1")]
    [InlineData("tcp", 3, 300, "fd00:96::1")]
    [InlineData("udp", 3, 300, "10.96.0.1")]
    [InlineData("sctp", 3, 30, "10.96.0.1")]
    public async Task Round_robin_is_exactly_even(string name, int endpoints, int connections, string text)
    {
        Assert.True(L4Protocol.TryParse(name, out var protocol));
        Assert.Null(LabSupport.Unavailable);
        var address = NetAddress.Parse(text);
        using var lab = LabCluster.Build([.. Enumerable.Range(11, endpoints).Select(n => new LabPod($"pod-{n}", n))]);
        foreach (var pod in lab.Node.Pods)
        {
            pod.Serve(protocol, TargetPort);
        }

        var node = lab.Node.Machine.Namespace;
        using var applier = node.Run(() => IpvsApplier.TryOpen(out var problem) ?? throw new LabException(problem!));
        var key = new VirtualServerKey.Address(protocol, address, Port);
        var result = applier.Apply([
            new IpvsStep.AddServer(new VirtualServer(key)),
            .. lab.Node.Pods.Select(p => new IpvsStep.AddReal(key, new RealServer(p.Address(address.Family), TargetPort))),
            new IpvsStep.AddAddress(address),
        ]);
        Assert.Null(result.Failure);
        Assert.True(node.Sysctl("net.ipv4.vs.conntrack", "1"));
        _ = node.Check(address.Family == IPFamily.IPv4 ? "iptables" : "ip6tables", ["-w", "-t", "nat", "-A", "POSTROUTING", "-m", "ipvs", "--vaddr", text, "-j", "MASQUERADE"]);

        // A port that comes twice is the same flow to UDP, and goes where it went before.
        var unspecified = address.Family == IPFamily.IPv4 ? NetAddress.Parse("0.0.0.0") : NetAddress.Parse("::");
        var results = await lab.Client.ConnectAsync(new LabFlow(protocol, address, Port) { Source = unspecified, SourcePort = FirstSourcePort }, connections);

        var counts = results.CountBy(r => r is ConnectionResult.Delivered d ? d.Server : r.ToString()!).OrderBy(c => c.Key, StringComparer.Ordinal).ToList();
        output.WriteLine($"{connections} connections of {name}: {string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"))}");
        Assert.Equal(lab.Node.Pods.Select(p => KeyValuePair.Create(p.Name, connections / endpoints)), counts);
        Assert.All(results.OfType<ConnectionResult.Delivered>(), d => Assert.NotEqual(lab.Client.Address(address.Family), d.Source));

        Assert.Null(applier.Ipvs.ReadRealServers(key, out var reals));
        Assert.Equal(connections, reals.Sum(r => r.Counts!.Active + r.Counts.Inactive));
    }
}
