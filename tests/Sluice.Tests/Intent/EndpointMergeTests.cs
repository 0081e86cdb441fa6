using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Intent;

/// <summary>How slices become the endpoints of one Service port.</summary>
public sealed class EndpointMergeTests
{
    private static readonly ObjectName s_service = new("ns", "svc");

    [Fact]
    public void Ports_are_told_by_name_and_protocol_never_by_number()
    {
        var slice = Slice("a", [new("web", L4Protocol.Tcp, 8080), new("web", L4Protocol.Udp, 9090), new("", L4Protocol.Tcp, 80)], new SliceEndpoint(Address("10.1.0.1")));

        Assert.Equal("10.1.0.1:8080", Merge([slice], "web", L4Protocol.Tcp));
        Assert.Equal("10.1.0.1:9090", Merge([slice], "web", L4Protocol.Udp));
        Assert.Equal("10.1.0.1:80", Merge([slice], "", L4Protocol.Tcp));
        Assert.Equal("", Merge([slice], "web", L4Protocol.Sctp));
        Assert.Equal("", Merge([slice], "80", L4Protocol.Tcp));
    }

    [Fact]
    public void A_slice_may_carry_some_of_the_ports_or_one_port_with_two_numbers()
    {
        var one = Slice("a", [new("p", L4Protocol.Tcp, 80)], new SliceEndpoint(Address("10.1.0.1")));
        var two = Slice("b", [new("p", L4Protocol.Tcp, 81), new("q", L4Protocol.Tcp, 90)], new SliceEndpoint(Address("10.1.0.2")));
        var both = Slice("c", [new("q", L4Protocol.Tcp, 91), new("q", L4Protocol.Tcp, 92)], new SliceEndpoint(Address("10.1.0.3")));

        Assert.Equal("10.1.0.1:80 10.1.0.2:81", Merge([one, two, both], "p", L4Protocol.Tcp));
        Assert.Equal("10.1.0.2:90 10.1.0.3:91 10.1.0.3:92", Merge([one, two, both], "q", L4Protocol.Tcp));
    }

    [Fact]
    public void Endpoints_stand_in_the_order_of_their_text()
    {
        var slice = Slice("a", [new("", L4Protocol.Tcp, 80)], [.. new[] { "10.1.0.9", "10.1.0.10", "9.1.0.1", "10.1.0.1" }.Select(a => new SliceEndpoint(Address(a)))]);

        Assert.Equal("10.1.0.10:80 10.1.0.1:80 10.1.0.9:80 9.1.0.1:80", Merge([slice], "", L4Protocol.Tcp));
    }

    [Fact]
    public void An_address_given_to_a_new_pod_is_the_new_pods_in_any_order_of_slices()
    {
        var old = new SliceEndpoint(Address("10.1.0.1")) { Ready = false, Terminating = true, NodeName = "n2" };
        var born = new SliceEndpoint(Address("10.1.0.1")) { NodeName = "n1" };
        foreach (var (first, second) in new[] { (old, born), (born, old) })
        {
            var found = Assert.Single(EndpointMerge.Of([Slice("a", first), Slice("b", second)], "", L4Protocol.Tcp, "n1", IPFamily.IPv4).ToArray());
            Assert.True(found is { IsLocal: true, Ready: true, Terminating: false }, found.ToString());
        }
    }

    [Fact]
    public void Of_two_alike_the_first_slice_by_name_counts_in_whatever_order_they_come()
    {
        var here = Slice("a", new SliceEndpoint(Address("10.1.0.1")) { NodeName = "n1" });
        var there = Slice("b", new SliceEndpoint(Address("10.1.0.1")) { NodeName = "n2" });

        Assert.True(EndpointMerge.Of([here, there], "", L4Protocol.Tcp, "n1", IPFamily.IPv4)[0].IsLocal);
        Assert.True(EndpointMerge.Of([there, here], "", L4Protocol.Tcp, "n1", IPFamily.IPv4)[0].IsLocal);
    }

    [Fact]
    public void Local_is_the_exact_name_of_the_node()
    {
        var slice = Slice("a",
            new SliceEndpoint(Address("10.1.0.1")) { NodeName = "n1" },
            new SliceEndpoint(Address("10.1.0.2")) { NodeName = "N1" },
            new SliceEndpoint(Address("10.1.0.3")) { NodeName = "n1.example" },
            new SliceEndpoint(Address("10.1.0.4")));

        var local = EndpointMerge.Of([slice], "", L4Protocol.Tcp, "n1", IPFamily.IPv4).Where(e => e.IsLocal);
        Assert.Equal("10.1.0.1:80", string.Join(' ', local));
    }

    [Fact]
    public void Slices_of_the_other_family_of_no_family_and_headless_ones_are_left_out()
    {
        var v4 = Slice("a", new SliceEndpoint(Address("10.1.0.1")));
        var v6 = Slice("b", new SliceEndpoint(Address("fd00::1"))) with { Family = IPFamily.IPv6 };
        var names = Slice("c", new SliceEndpoint(Address("10.1.0.2"))) with { Family = null };
        var headless = Slice("d", new SliceEndpoint(Address("10.1.0.3"))) with { IsHeadless = true };
        var mixed = Slice("e", new SliceEndpoint(Address("fd00::2")));

        Assert.Equal("10.1.0.1:80", Merge([v4, v6, names, headless, mixed], "", L4Protocol.Tcp));
        Assert.Equal("[fd00::1]:80", string.Join(' ', EndpointMerge.Of([v4, v6, names, headless, mixed], "", L4Protocol.Tcp, "n1", IPFamily.IPv6)));
    }

    [Fact]
    public void Endpoints_that_are_not_ready_are_kept_with_all_that_is_said_of_them()
    {
        var said = new SliceEndpoint(Address("10.1.0.1")) { Ready = false, Serving = false, Terminating = true, ZoneHints = ["a"], NodeHints = ["n1"] };

        var endpoint = Assert.Single(EndpointMerge.Of([Slice("a", said)], "", L4Protocol.Tcp, "n1", IPFamily.IPv4).ToArray());

        Assert.Equal(new Endpoint(said.Address, 80) { Ready = false, Serving = false, Terminating = true, ZoneHints = ["a"], NodeHints = ["n1"] }, endpoint);
    }

    private static NetAddress Address(string text) => NetAddress.Parse(text);

    private static EndpointSlice Slice(string name, params SliceEndpoint[] endpoints) => Slice(name, [new("", L4Protocol.Tcp, 80)], endpoints);

    private static EndpointSlice Slice(string name, EquatableArray<EndpointPort> ports, params SliceEndpoint[] endpoints) =>
        new(new ObjectName("ns", name)) { Service = s_service, Family = IPFamily.IPv4, Ports = ports, Endpoints = endpoints.ToEquatableArray() };

    private static string Merge(IReadOnlyList<EndpointSlice> slices, string port, L4Protocol protocol) =>
        string.Join(' ', EndpointMerge.Of(slices, port, protocol, "n1", IPFamily.IPv4));
}
