using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Kubernetes.Cluster;

public sealed class ClusterStateTests
{
    private static readonly ObjectName s_web = new("default", "web");
    private static readonly ObjectName s_other = new("default", "other");

    private readonly ClusterState _state = new();

    [Fact]
    public void Equal_objects_change_nothing()
    {
        Assert.True(Put(WebService(80), Slice("web-1", s_web, "10.0.0.1")));
        Assert.Equal([s_web], _state.TakeChangedServices());
        Assert.False(Put(WebService(80), Slice("web-1", s_web, "10.0.0.1")));
        Assert.Empty(_state.TakeChangedServices());
    }

    [Fact]
    public void A_slice_touches_its_Service_whichever_comes_first()
    {
        Put(Slice("web-1", s_web, "10.0.0.1"));
        Assert.Equal([s_web], _state.TakeChangedServices());
        Assert.Null(_state.FindService(s_web));
        Put(WebService(80));
        Assert.Equal([s_web], _state.TakeChangedServices());
        Assert.Equal(["10.0.0.1"], Addresses(s_web));
        Put(Slice("web-1", s_web, "10.0.0.2"));
        Assert.Equal([s_web], _state.TakeChangedServices());
        Assert.Equal(["10.0.0.2"], Addresses(s_web));
    }

    [Fact]
    public void A_slice_whose_label_moves_touches_both_Services()
    {
        Put(WebService(80), Slice("web-1", s_web, "10.0.0.1"));
        _state.TakeChangedServices();
        Put(Slice("web-1", s_other, "10.0.0.1"));
        Assert.Equal([s_other, s_web], _state.TakeChangedServices().Order());
        Assert.Empty(_state.SlicesOf(s_web));
        Assert.Equal(["10.0.0.1"], Addresses(s_other));
        Put(Slice("web-1", null, "10.0.0.1"));
        Assert.Equal([s_other], _state.TakeChangedServices());
    }

    [Fact]
    public void Slices_that_no_proxy_sees_are_as_good_as_not_there()
    {
        var slice = Slice("web-1", s_web, "10.0.0.1");
        Assert.False(Put(slice with { IsHeadless = true }));
        Assert.False(Put(slice with { Family = null }));
        Assert.False(Put(slice with { Service = null }));
        Assert.Empty(_state.TakeChangedServices());
        Put(slice);
        _state.TakeChangedServices();
        Assert.True(Put(slice with { IsHeadless = true }));
        Assert.Equal([s_web], _state.TakeChangedServices());
        Assert.Empty(_state.SlicesOf(s_web));
    }

    [Fact]
    public void Slices_of_a_Service_come_by_name()
    {
        Put(Slice("web-b", s_web, "10.0.0.2"), Slice("web-c", s_web, "10.0.0.3"), Slice("web-a", s_web, "10.0.0.1"));
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3"], Addresses(s_web));
        Put(Slice("web-b", s_web, "10.0.0.4"));
        Assert.Equal(["10.0.0.1", "10.0.0.4", "10.0.0.3"], Addresses(s_web));
        Drop(Slice("web-a", s_web, "10.0.0.1"));
        Assert.Equal(["10.0.0.4", "10.0.0.3"], Addresses(s_web));
    }

    [Fact]
    public void What_was_handed_out_does_not_change()
    {
        Put(Slice("web-a", s_web, "10.0.0.1"));
        var before = _state.SlicesOf(s_web);
        Put(Slice("web-b", s_web, "10.0.0.2"));
        Drop(Slice("web-a", s_web, "10.0.0.1"));
        Assert.Equal(["10.0.0.1"], before.Select(s => s.Endpoints[0].Address.ToString()));
    }

    [Fact]
    public void What_changes_and_changes_back_has_not_changed()
    {
        Put(WebService(80), Slice("web-1", s_web, "10.0.0.1"));
        _state.TakeChangedServices();
        Put(WebService(81), Slice("web-1", s_web, "10.0.0.2"));
        Drop(WebService(81));
        Put(Slice("web-1", s_web, "10.0.0.1"), WebService(80));
        Assert.Empty(_state.TakeChangedServices());
        Drop(WebService(80));
        Drop(Slice("web-1", s_web, "10.0.0.1"));
        Assert.Equal([s_web], _state.TakeChangedServices());
    }

    [Fact]
    public void What_is_gone_is_gone_once()
    {
        Put(WebService(80));
        _state.TakeChangedServices();
        Assert.True(Drop(WebService(80)));
        Assert.False(Drop(WebService(80)));
        Assert.Equal([s_web], _state.TakeChangedServices());
        Assert.Empty(_state.Services);
    }

    [Fact]
    public void Nodes_say_whether_any_changed()
    {
        var node = new Node(new ObjectName("", "node-1")) { Zone = "a" };
        Put(node);
        Assert.True(_state.TakeNodesChanged());
        Assert.False(_state.TakeNodesChanged());
        Put(node with { Zone = "b" });
        Put(node);
        Assert.False(_state.TakeNodesChanged());
        Drop(node);
        Assert.True(_state.TakeNodesChanged());
        Assert.Null(_state.FindNode("node-1"));
        Assert.Empty(_state.TakeChangedServices());
    }

    [Fact]
    public void ServiceCIDRs_and_pods_are_kept()
    {
        var cidr = new ServiceCidr(new ObjectName("", "a")) { Cidrs = [Prefix.Parse("10.0.0.0/8")] };
        var pod = new Pod(new ObjectName("ns", "a"));
        Assert.True(Put(cidr, pod));
        Assert.False(Put(cidr, pod));
        Assert.Equal([cidr], _state.ServiceCidrs);
        Assert.Equal([pod], _state.Pods);
        Assert.True(Drop(cidr));
        Assert.Empty(_state.ServiceCidrs);
    }

    [Fact]
    public void After_any_sequence_of_changes_the_taken_Services_are_those_that_differ()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var state = new ClusterState();
            var known = new Dictionary<ObjectName, (Service?, EquatableArray<EndpointSlice>)>();
            for (var round = 0; round < 10; round++)
            {
                state.Apply(Enumerable.Range(0, random.Next(1, 20)).Select(_ => RandomChange(random)));
                var changed = state.TakeChangedServices().ToHashSet();
                foreach (var name in Enumerable.Range(0, 4).Select(i => new ObjectName("default", $"s{i}")))
                {
                    var now = (state.FindService(name), state.SlicesOf(name).ToEquatableArray());
                    Assert.True(changed.Contains(name) == !now.Equals(known.GetValueOrDefault(name)), $"seed {seed}, round {round}: {name} {(changed.Contains(name) ? "is taken though it did not change" : "changed but is not taken")}");
                    known[name] = now;
                }
            }
        }
    }

    private static ClusterChange RandomChange(Random random)
    {
        var service = new ObjectName("default", $"s{random.Next(4)}");
        ClusterObject item = random.Next(2) == 0
            ? WebService(random.Next(80, 82)) with { Name = service }
            : Slice($"x{random.Next(5)}", service, $"10.0.0.{random.Next(1, 3)}") with { IsHeadless = random.Next(8) == 0 };
        return random.Next(3) == 0 ? new ClusterChange.Delete(item) : new ClusterChange.Upsert(item);
    }

    private static Service WebService(int port) => new(s_web)
    {
        ClusterIPs = [NetAddress.Parse("172.30.0.1")],
        Ports = [new ServicePort("", L4Protocol.Tcp, port, 0)],
    };

    private static EndpointSlice Slice(string name, ObjectName? service, string address) => new(new ObjectName("default", name))
    {
        Service = service,
        Family = IPFamily.IPv4,
        Endpoints = [new SliceEndpoint(NetAddress.Parse(address))],
    };

    private IEnumerable<string> Addresses(ObjectName service) => _state.SlicesOf(service).SelectMany(s => s.Endpoints).Select(e => e.Address.ToString());

    private bool Put(params ClusterObject[] items) => _state.Apply(items.Select(i => new ClusterChange.Upsert(i)));

    private bool Drop(ClusterObject item) => _state.Apply([new ClusterChange.Delete(item)]);
}
