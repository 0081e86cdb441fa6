using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Intent;

/// <summary>The intent as a value: order, counts, and what a change of slices changes (kube-proxy's TestUpdateEndpointsMap).</summary>
public sealed class ServiceIntentTests
{
    private static readonly NodeProfile s_node = new() { Name = "n1" };

    // Slices as "name port:number,... address[@node],..."; what the ports a, b and c then have.
    public static TheoryData<string, string, string, string> Transitions { get; } = new()
    {
        { "nothing changes", "s a:11 1@n1", "s a:11 1@n1", "a=10.0.0.1:11L" },
        { "nothing changes in a slice of two ports", "s a:11,b:12 1", "s a:11,b:12 1", "a=10.0.0.1:11 b=10.0.0.1:12" },
        { "nothing changes in two slices", "s a:11 1@n1; t b:12 2", "s a:11 1@n1; t b:12 2", "a=10.0.0.1:11L b=10.0.0.2:12" },
        { "the first slice comes", "", "s :11 1; s2 a:11 2@n1", "a=10.0.0.2:11L" },
        { "the last slice goes", "s a:11 1@n1", "", "" },
        { "an address is added", "s a:11 1", "s a:11,b:12 1,2@n1", "a=10.0.0.1:11,10.0.0.2:11L b=10.0.0.1:12,10.0.0.2:12L" },
        { "an address is taken away", "s a:11,b:12 1,2@n1", "s a:11 1", "a=10.0.0.1:11" },
        { "a slice of another port is added", "s a:11 1", "s a:11 1; t b:12 2", "a=10.0.0.1:11 b=10.0.0.2:12" },
        { "a slice is taken away", "s a:11 1; t b:12 2", "s a:11 1", "a=10.0.0.1:11" },
        { "a slice of the same port is added", "s a:11 1", "s a:11 1; t a:11 2", "a=10.0.0.1:11,10.0.0.2:11" },
        { "a port gets another name", "s a:11 1", "s b:11 1", "b=10.0.0.1:11" },
        { "a port gets another number", "s a:11 1", "s a:22 1", "a=10.0.0.1:22" },
        { "an endpoint moves to this node", "s a:11 1@n2", "s a:11 1@n1", "a=10.0.0.1:11L" },
        { "addresses come and go at once", "s a:11 1,2; t b:12 3@n1", "s a:11 1,4; t b:12 5; u c:13 6", "a=10.0.0.1:11,10.0.0.4:11 b=10.0.0.5:12 c=10.0.0.6:13" },
        { "a port nobody has is added and changes nothing", "s a:11 1", "s a:11,x:99 1", "a=10.0.0.1:11" },
        { "the same address in two slices is one endpoint", "s a:11 1; t a:11 1", "s a:11 1; t a:11 1,2", "a=10.0.0.1:11,10.0.0.2:11" },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public void A_change_of_slices_gives_what_the_new_slices_say(string what, string before, string after, string expected)
    {
        var service = Service("ns", "svc", "a", "b", "c");
        var other = Service("ns", "other", "a");
        var start = ServiceIntent.Of([other, service], name => Slices(name == service.Name ? before : "s a:11 1"), s_node, IPFamily.IPv4);

        var changed = start.With(service.Name, PortIntents.Of(service, Slices(after), s_node, IPFamily.IPv4));
        var fresh = ServiceIntent.Of([other, service], name => Slices(name == service.Name ? after : "s a:11 1"), s_node, IPFamily.IPv4);

        var answer = string.Join(' ', changed.PortsOf(service.Name).Where(p => p.EndpointCount > 0).Select(p =>
            $"{p.Name.Port}={string.Join(',', p.Endpoints.Cluster.Select(e => $"{e}{(e.IsLocal ? "L" : "")}"))}"));
        Assert.True(expected == answer, $"{what}: expected {expected}, found {answer}");
        Assert.Equal(fresh.Ports, changed.Ports);
        Assert.Equal(fresh.EndpointCount, changed.EndpointCount);
        Assert.Equal(start.PortsOf(other.Name), changed.PortsOf(other.Name));
    }

    [Fact]
    public void Ports_stand_in_the_order_of_names_whatever_order_they_came_in()
    {
        var services = new[] { Service("b", "a", "z", "y"), Service("a", "z", "p"), Service("B", "a", "p"), Service("a-b", "a", "p"), Service("a", "B", "p") };
        const string Expected = "B/a:p a/B:p a/z:p a-b/a:p b/a:z b/a:y";

        Assert.Equal(Expected, Names(services));
        Assert.Equal(Expected, Names([.. services.Reverse()]));

        static string Names(Service[] services) =>
            string.Join(' ', ServiceIntent.Of(services, _ => [], s_node, IPFamily.IPv4).Ports.Select(p => p.Name));
    }

    [Fact]
    public void Many_random_changes_one_by_one_and_in_bulk_end_alike()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        var one = ServiceIntent.Empty(s_node, IPFamily.IPv4);
        var changes = new List<KeyValuePair<ObjectName, EquatableArray<PortIntent>>>();
        var expected = new Dictionary<ObjectName, EquatableArray<PortIntent>>();
        for (var i = 0; i < 500; i++)
        {
            var service = Service("ns", $"svc{random.Next(40)}", "a", "b");
            var addresses = string.Join(',', Enumerable.Range(1, random.Next(1, 9)));
            var ports = random.Next(4) == 0 ? [] : PortIntents.Of(service, Slices($"s a:11 {addresses}"), s_node, IPFamily.IPv4);
            changes.Add(KeyValuePair.Create(service.Name, ports));
            one = one.With(service.Name, ports);
            expected[service.Name] = ports;
        }

        var bulk = ServiceIntent.Empty(s_node, IPFamily.IPv4).With(changes);

        Assert.True(one.Ports.SequenceEqual(bulk.Ports), $"seed {Seed}: one by one and in bulk differ");
        Assert.Equal(expected.Values.Sum(p => p.Sum(x => x.EndpointCount)), one.EndpointCount);
        Assert.Equal(one.EndpointCount, bulk.EndpointCount);
        Assert.Equal(expected.Values.Count(p => p.Count > 0), one.ServiceCount);
        Assert.Equal(0, one.With(expected.Keys.Select(k => KeyValuePair.Create(k, default(EquatableArray<PortIntent>)))).EndpointCount);
    }

    [Fact]
    public void An_intent_does_not_change_when_another_is_made_of_it()
    {
        var service = Service("ns", "svc", "a");
        var first = ServiceIntent.Of([service], _ => Slices("s a:11 1"), s_node, IPFamily.IPv4);
        var packet = RouteText.Packet(s_node, "192.0.2.1", "172.30.0.10:80");
        var before = first.Route(packet);

        var second = first.With(service.Name, []);

        Assert.Equal("-", RouteText.Of(second.Route(packet)));
        Assert.Equal(before, first.Route(packet));
        Assert.Equal((1, 0), (first.EndpointCount, second.EndpointCount));
    }

    private static Service Service(string @namespace, string name, params string[] ports) => new(new ObjectName(@namespace, name))
    {
        ClusterIPs = [NetAddress.Parse("172.30.0.10")],
        Ports = ports.Select((p, i) => new ServicePort(p, L4Protocol.Tcp, 80 + i, 0)).ToEquatableArray(),
    };

    private static IReadOnlyList<EndpointSlice> Slices(string text) =>
    [
        .. text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(t => t.Split(' ')).Select(words =>
            new EndpointSlice(new ObjectName("ns", words[0]))
            {
                Family = IPFamily.IPv4,
                Ports = words[1].Split(',').Select(p => p.Split(':')).Select(p => new EndpointPort(p[0], L4Protocol.Tcp, int.Parse(p[1]))).ToEquatableArray(),
                Endpoints = words[2].Split(',').Select(a => a.Split('@'))
                    .Select(a => new SliceEndpoint(NetAddress.Parse("10.0.0." + a[0])) { NodeName = a.ElementAtOrDefault(1) }).ToEquatableArray(),
            }),
    ];
}
