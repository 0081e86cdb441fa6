using System.Diagnostics;
using Sluice.Linux.Ipvs;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>Whole changes: servers, sets and addresses in one go, and what they cost.</summary>
public sealed class IpvsApplierTests(ITestOutputHelper output)
{
    private const int Services = 1000;
    private const int Endpoints = 3;

    private static readonly IpSet s_clusterIPs = new("KUBE-CLUSTER-IP", IpSetType.HashIPPort) { Family = IPFamily.IPv4, HashSize = 1024, MaxEntries = 4194304, HasComments = true };

    [UmlFact]
    public void A_thousand_Services_take_three_sends_and_a_change_only_its_own_messages()
    {
        using var space = new IpvsSpace();
        var clock = Stopwatch.StartNew();
        var sent = space.Apply([
            new IpvsStep.CreateSet(s_clusterIPs),
            .. Enumerable.Range(0, Services).Select(i => new IpvsStep.AddEntry(s_clusterIPs, EntryOf(i))),
            .. Enumerable.Range(0, Services).SelectMany(ServerSteps),
            .. Enumerable.Range(0, Services).Select(i => new IpvsStep.AddAddress(AddressOf(i))),
        ]);
        output.WriteLine($"{Services} Services with {Endpoints} endpoints each: {sent} in {clock.ElapsedMilliseconds} ms");
        Assert.Equal((3, Services), (sent.Sends, sent.Entries));
        Assert.InRange(sent.Messages, Services * (Endpoints + 2), (Services * (Endpoints + 2)) + 10);

        Assert.Equal(Services * (Endpoints + 1), space.Save().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(Services, space.Run("ip", "-4", "-o", "address", "show", "dev", IpvsApplier.KubeLink).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(Services, space.Run("ipset", "list", s_clusterIPs.Name).Split('\n').Count(l => l.StartsWith("10.", StringComparison.Ordinal)));

        clock.Restart();
        var table = space.Read();
        output.WriteLine($"read in {clock.ElapsedMilliseconds} ms");
        Assert.Equal(Services * Endpoints, table.Servers.Sum(s => s.RealServers.Count));

        // An endpoint is exchanged.
        clock.Restart();
        sent = space.Apply(new IpvsStep.AddReal(KeyOf(7), RealOf(7, 9)), new IpvsStep.EditReal(KeyOf(7), RealOf(7, 0) with { Weight = 0 }));
        output.WriteLine($"one endpoint: {sent} in {clock.Elapsed.TotalMilliseconds:F2} ms");
        Assert.Equal(new IpvsTraffic(1, 2, 0), sent);

        // A Service goes.
        sent = space.Apply(new IpvsStep.RemoveAddress(AddressOf(7)), new IpvsStep.RemoveServer(KeyOf(7)), new IpvsStep.RemoveEntry(s_clusterIPs, EntryOf(7)));
        output.WriteLine($"one Service: {sent}");
        Assert.Equal(new IpvsTraffic(3, 3, 1), sent);
        Assert.Null(space.Applier.Ipvs.ReadRealServers(KeyOf(7), out var reals));
        Assert.Empty(reals);
    }

    [UmlFact]
    public void Steps_allocate_nothing_of_their_own()
    {
        using var space = new IpvsSpace();
        _ = space.Apply([.. Enumerable.Range(0, 100).SelectMany(ServerSteps)]);
        var one = Allocated(1);
        var hundred = Allocated(100);
        output.WriteLine($"1 step: {one} bytes, 100 steps: {hundred} bytes");
        Assert.InRange(one, 0, 1024);
        Assert.Equal(one, hundred);

        long Allocated(int count)
        {
            IpvsStep[] steps = [.. Enumerable.Range(0, count).Select(i => new IpvsStep.EditReal(KeyOf(i), RealOf(i, 0) with { Weight = 5 }))];
            var least = long.MaxValue;
            for (var i = 0; i < 5; i++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                Assert.Null(space.Applier.Apply(steps).Failure);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            return least;
        }
    }

    [UmlFact]
    public void A_set_that_a_rule_asks_is_replaced_under_it()
    {
        using var space = new IpvsSpace();
        _ = space.Apply(new IpvsStep.CreateSet(s_clusterIPs with { MaxEntries = 1, HasComments = false }), new IpvsStep.AddEntry(s_clusterIPs, EntryOf(1) with { Comment = null }));
        _ = space.Run("iptables", "-w", "-A", "INPUT", "-m", "set", "--match-set", s_clusterIPs.Name, "dst,dst", "-j", "ACCEPT");

        var refusal = Assert.Single(space.Applier.Apply([new IpvsStep.DestroySet(s_clusterIPs.Name)]).Refusals);
        Assert.Equal("set KUBE-CLUSTER-IP is used by a rule or by another set (ipset's error 4100)", refusal.Message);
        var wanted = s_clusterIPs with { Entries = [EntryOf(1), EntryOf(2)] };
        _ = space.Apply(new IpvsStep.ReplaceSet(wanted));

        Assert.Null(space.Applier.Ipset.Read(out var table));
        Assert.Equal([wanted], table.Sets);
        _ = space.Run("iptables", "-w", "-F", "INPUT");
        _ = space.Apply(new IpvsStep.DestroySet(s_clusterIPs.Name));
        Assert.Equal("", space.Run("ipset", "save"));
    }

    [UmlTheory]
    [InlineData("10.96.0.1")]
    [InlineData("fd00:96::1")]
    public void The_node_answers_for_addresses_though_their_interface_is_down(string text)
    {
        using var space = new IpvsSpace();
        var address = NetAddress.Parse(text);
        _ = space.Apply(new IpvsStep.AddAddress(address), new IpvsStep.AddAddress(address));
        Assert.Equal([address], Addresses(space));
        Assert.Contains("state DOWN", space.Run("ip", "link", "show", "dev", IpvsApplier.KubeLink), StringComparison.Ordinal);
        Assert.StartsWith("local ", space.Run("ip", "route", "get", text), StringComparison.Ordinal);
        Assert.DoesNotContain("tentative", space.Run("ip", "address", "show", "dev", IpvsApplier.KubeLink), StringComparison.Ordinal);

        // Somebody removes the interface: the next address makes it anew.
        _ = space.Run("ip", "link", "delete", IpvsApplier.KubeLink);
        Assert.Empty(Addresses(space));
        var second = new NetAddress(address.Family, address.Bits + 1);
        _ = space.Apply(new IpvsStep.RemoveAddress(address), new IpvsStep.AddAddress(second));
        Assert.Equal([second], Addresses(space));
        _ = space.Apply(new IpvsStep.RemoveAddress(second), new IpvsStep.RemoveAddress(second));
        Assert.Empty(Addresses(space));
        Assert.Null(space.Applier.Link.Remove(IpvsApplier.KubeLink));
        Assert.Null(space.Applier.Link.Remove(IpvsApplier.KubeLink));

        // None is made for one to go.
        _ = space.Apply(new IpvsStep.RemoveAddress(second));
        Assert.NotEqual(0, space.Namespace.Execute("ip", ["link", "show", "dev", IpvsApplier.KubeLink]).ExitCode);
    }

    private static IReadOnlyList<NetAddress> Addresses(IpvsSpace space)
    {
        Assert.Null(space.Applier.Link.ReadAddresses(IpvsApplier.KubeLink, out var addresses));
        return addresses;
    }

    private static NetAddress AddressOf(int service) => NetAddress.V4((uint)((10 << 24) | (96 << 16) | (service + 1)));

    private static VirtualServerKey KeyOf(int service) => new VirtualServerKey.Address(L4Protocol.Tcp, AddressOf(service), 80);

    private static RealServer RealOf(int service, int endpoint) =>
        new(NetAddress.V4((uint)((10 << 24) | (244 << 16) | ((service * 10) + endpoint + 1))), 8080);

    private static IpSetEntry EntryOf(int service) =>
        new([new IpSetValue.Network(Prefix.Host(AddressOf(service))), new IpSetValue.Port(L4Protocol.Tcp, 80)]) { Comment = $"default/service-{service}:http" };

    private static IEnumerable<IpvsStep> ServerSteps(int service) => Enumerable.Range(0, Endpoints)
        .Select(endpoint => (IpvsStep)new IpvsStep.AddReal(KeyOf(service), RealOf(service, endpoint)))
        .Prepend(new IpvsStep.AddServer(new VirtualServer(KeyOf(service))));
}
