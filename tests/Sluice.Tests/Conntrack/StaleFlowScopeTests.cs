using Sluice.Dataplane.Conntrack;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Conntrack;

/// <summary>Which changes make a look at the kernel's flows worth its time.</summary>
public sealed class StaleFlowScopeTests
{
    private static readonly SliceEndpoint[] s_endpoints = FlowCluster.DnsEndpoints;

    public static TheoryData<string, string> Changes => new()
    {
        { "nothing", "" },
        { "an endpoint more", "" },
        { "an endpoint ends but serves", "" },
        { "hints and weights", "" },
        { "traffic policy", "" },
        { "an endpoint fewer", "udp tcp" },
        { "an endpoint stops serving", "udp" },
        { "an endpoint that did not serve goes", "tcp" },
        { "all endpoints go", "udp tcp" },
        { "an external address more", "udp tcp" },
        { "an external address fewer", "udp tcp" },
        { "another node port", "udp tcp" },
        { "another target port", "udp tcp" },
        { "the Service goes", "udp" },
        { "the Service comes", "udp tcp" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_needs_a_look_at_these_protocols(string change, string protocols)
    {
        var (service, endpoints) = Change(change);
        var before = FlowCluster.Intent(IPFamily.IPv4, change == "the Service comes" ? [] : [FlowCluster.DnsService], s_endpoints);
        var after = FlowCluster.Intent(IPFamily.IPv4, change == "the Service goes" ? [] : [service], endpoints);
        foreach (var cleansTcp in new[] { false, true })
        {
            var scope = new StaleFlowScope(IPFamily.IPv4, cleansTcp);
            scope.Add(before, change == "another target port" ? OtherPort(after) : after, [FlowCluster.Dns]);
            var expected = protocols.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(p => cleansTcp || p == "udp");
            Assert.Equal(expected.Order(StringComparer.Ordinal), scope.Protocols.Select(p => p.ToString()).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Many_changes_are_one_look_by_the_newest_rules()
    {
        var first = FlowCluster.Intent(IPFamily.IPv4, s_endpoints);
        var second = FlowCluster.Intent(IPFamily.IPv4, s_endpoints[1..]);
        var third = FlowCluster.Intent(IPFamily.IPv4, s_endpoints);
        var scope = new StaleFlowScope(IPFamily.IPv4, cleansTcp: false);
        scope.Add(first, second, [FlowCluster.Dns]);
        scope.Add(second, third, [FlowCluster.Dns]);
        Assert.False(FlowCluster.StaleOf(scope).IsStale(FlowCluster.Flow("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.2:5353")));
        Assert.True(FlowCluster.StaleOf(scope).IsStale(FlowCluster.Flow("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.5:5353")));
    }

    [Fact]
    public void A_Service_that_loses_its_endpoints_first_and_goes_then_leaves_none_of_its_flows()
    {
        var first = FlowCluster.Intent(IPFamily.IPv4, s_endpoints);
        var second = FlowCluster.Intent(IPFamily.IPv4);
        var third = FlowCluster.Intent(IPFamily.IPv4, [FlowCluster.IdleService]);
        var scope = new StaleFlowScope(IPFamily.IPv4, cleansTcp: false);
        scope.Add(first, second, [FlowCluster.Dns]);
        scope.Add(second, third, [FlowCluster.Dns]);
        foreach (var socket in new[] { "10.96.0.10:53", "198.51.100.1:53", "203.0.113.1:53", "192.0.2.1:30053" })
        {
            Assert.True(FlowCluster.StaleOf(scope).IsStale(FlowCluster.Flow($"udp 10.244.1.9:4000 > {socket} = 10.244.1.2:5353")), socket);
        }
    }

    [Fact]
    public void What_could_not_be_looked_at_is_looked_at_with_what_came_since()
    {
        var before = FlowCluster.Intent(IPFamily.IPv4, s_endpoints);
        var gone = FlowCluster.Intent(IPFamily.IPv4, [FlowCluster.IdleService], s_endpoints);
        var failed = new StaleFlowScope(IPFamily.IPv4, cleansTcp: false);
        failed.Add(before, gone, [FlowCluster.Dns]);
        var fresh = new StaleFlowScope(IPFamily.IPv4, cleansTcp: false);
        fresh.AddOlder(failed);
        var flow = FlowCluster.Flow("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.2:5353");
        Assert.True(FlowCluster.StaleOf(fresh).IsStale(flow));

        // The Service is back meanwhile: the flow is as it should be.
        fresh = new StaleFlowScope(IPFamily.IPv4, cleansTcp: false);
        fresh.Add(gone, before, [FlowCluster.Dns]);
        fresh.AddOlder(failed);
        Assert.False(FlowCluster.StaleOf(fresh).IsStale(flow));
    }

    private static (Service Service, SliceEndpoint[] Endpoints) Change(string change)
    {
        var service = FlowCluster.DnsService;
        return change switch
        {
            "nothing" or "the Service goes" or "the Service comes" or "another target port" => (service, s_endpoints),
            "an endpoint more" => (service, [.. s_endpoints, new SliceEndpoint(NetAddress.Parse("10.244.1.8"))]),
            "an endpoint ends but serves" => (service, [.. s_endpoints.Select(e => e with { Ready = false, Terminating = true })]),
            "hints and weights" => (service, [.. s_endpoints.Select(e => e with { ZoneHints = ["moon"], Weight = 7 })]),
            "traffic policy" => (service with { ExternalTrafficPolicy = TrafficPolicy.Local, InternalTrafficPolicy = TrafficPolicy.Local }, s_endpoints),
            "an endpoint fewer" => (service, s_endpoints[1..]),
            "an endpoint stops serving" => (service, [.. s_endpoints.Select(e => e with { Ready = false, Serving = false })]),
            "an endpoint that did not serve goes" => (service, [.. s_endpoints.Where(e => e.Serving)]),
            "all endpoints go" => (service, []),
            "an external address more" => (service with { ExternalIPs = [.. service.ExternalIPs.Span, NetAddress.Parse("198.51.100.2")] }, s_endpoints),
            "an external address fewer" => (service with { ExternalIPs = [] }, s_endpoints),
            "another node port" => (service with { Ports = service.Ports.Select(p => p with { NodePort = 30054 }).ToEquatableArray() }, s_endpoints),
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };
    }

    private static ServiceIntent OtherPort(ServiceIntent intent) => intent.With(
        FlowCluster.Dns,
        intent.PortsOf(FlowCluster.Dns).Select(p => p with { KnownEndpoints = p.KnownEndpoints.Select(e => e with { Port = 5354 }).ToEquatableArray() }).ToEquatableArray());
}
