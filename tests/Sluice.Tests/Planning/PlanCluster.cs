using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Tests.Planning;

/// <summary>Intents written down port by port, and what a plan of them reads back as.</summary>
internal static class PlanCluster
{
    public static NodeProfile ThisNode { get; } = new()
    {
        Name = "node-a",
        NodeIPs = [NetAddress.Parse("192.168.0.2"), NetAddress.Parse("2001:db8::1")],
        LocalAddresses =
        [
            NetAddress.Parse("127.0.0.1"), NetAddress.Parse("192.168.0.2"), NetAddress.Parse("192.168.1.2"), NetAddress.Parse("::1"),
            NetAddress.Parse("2001:db8::1"), NetAddress.Parse("2001:db8:1::2"),
        ],
        LocalDetector = new LocalDetector.Cidr([Prefix.Parse("10.0.0.0/8"), Prefix.Parse("fd00:10::/64")]),
    };

    /// <summary>A port <c>p80</c> (TCP 80) with ready endpoints; one that begins with <c>*</c> is on the node.</summary>
    public static PortIntent Port(string service, string clusterIP, params string[] endpoints)
    {
        var name = service.Split('/');
        var family = NetAddress.Parse(clusterIP).Family;
        return With(
            new PortIntent(
                new ServicePortName(new ObjectName(name[0], name[1]), "p80", L4Protocol.Tcp), NetAddress.Parse(clusterIP), 80)
            {
                Endpoints = EndpointChoice.None,
            },
            [.. endpoints.Select(e => EndpointOf(e, family))]);
    }

    /// <summary>With endpoints, chosen anew: call it after the policies are set.</summary>
    public static PortIntent With(PortIntent port, params Endpoint[] endpoints) => port with
    {
        EndpointCount = endpoints.Length,
        Endpoints = EndpointSelection.Choose([.. endpoints], port.UsesClusterEndpoints, port.UsesLocalEndpoints, ThisNode),
    };

    /// <summary><c>10.0.0.1</c>, or <c>*10.0.0.1</c> for one on the node; port 80.</summary>
    public static Endpoint EndpointOf(string text, IPFamily family)
    {
        var address = NetAddress.Parse(text.TrimStart('*'));
        Xunit.Assert.Equal(family, address.Family);
        return new Endpoint(address, 80) { IsLocal = text[0] == '*' };
    }

    public static IptablesPlan Plan(IEnumerable<PortIntent> ports, NodeProfile? node = null, IPFamily family = IPFamily.IPv4)
    {
        var intent = ServiceIntent.Empty(node ?? ThisNode, family).With(
            ports.GroupBy(p => p.Name.Service).Select(g => KeyValuePair.Create(g.Key, g.ToEquatableArray())));
        return new IptablesPlan(intent, new IptablesPlanOptions(family));
    }

    public static Table Read(string text, string table, IPFamily family = IPFamily.IPv4)
    {
        var read = SnapshotReader.Read([new SourceText("plan", System.Text.Encoding.UTF8.GetBytes(text))]);
        Xunit.Assert.True(read.Problems.Count == 0 && read.Notes.Count == 0, string.Join('\n', read.Problems.Select(p => p.ToString()).Concat(read.Notes.Select(n => n.ToString()))));
        return read.Snapshot.Ruleset.Find(family, table) ?? throw new Xunit.Sdk.XunitException($"no table {table} in\n{text}");
    }

    public static int CountRules(IptablesPlan plan, string table) =>
        plan.SharedChains.Where(c => c.Table == table).Sum(c => c.Rules.Count) +
        plan.Ports.Sum(p => p.Dispatch.Count(r => r.Table == table) + p.Chains.Where(c => c.Table == table).Sum(c => c.Rules.Count));
}
