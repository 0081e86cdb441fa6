using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;
using static Sluice.Tests.Intent.RouteCase;

namespace Sluice.Tests.Intent;

/// <summary>Who gets to which endpoints of a Service: policies, endpoints about to end, source ranges.</summary>
public sealed class RouteTests
{
    [Fact]
    public void Without_endpoints_everything_is_refused_whatever_the_policies()
    {
        foreach (var policy in Enum.GetValues<TrafficPolicy>())
        {
            var intent = IntentOf(TheService with { InternalTrafficPolicy = policy, ExternalTrafficPolicy = policy }, "1 unready; 2 ended");
            Assert.All(All, d => Assert.All([PodAddress, NodeAddress, Client], s => Assert.Equal("refused", Route(intent, s, d))));
        }
    }

    [Fact]
    public void External_local_without_local_endpoints_drops_clients_but_serves_pods_and_the_node()
    {
        var intent = IntentOf(TheService with { ExternalTrafficPolicy = TrafficPolicy.Local }, "1; 2");

        Assert.All(All[1..], d => Assert.Equal("dropped: NoLocalEndpoints", Route(intent, Client, d)));
        Assert.All(All[1..], d => Assert.Equal("10.180.0.1:80 10.180.0.2:80", Route(intent, PodAddress, d)));
        Assert.All(All[1..], d => Assert.Equal("10.180.0.1:80* 10.180.0.2:80*", Route(intent, NodeAddress, d)));
        Assert.Equal("10.180.0.1:80* 10.180.0.2:80*", Route(intent, Client, ClusterIP));
    }

    [Fact]
    public void Internal_local_without_local_endpoints_drops_everyone_on_the_cluster_address_only()
    {
        var intent = IntentOf(TheService with { InternalTrafficPolicy = TrafficPolicy.Local }, "1");

        Assert.All([PodAddress, NodeAddress, Client], s => Assert.Equal("dropped: NoLocalEndpoints", Route(intent, s, ClusterIP)));
        Assert.All(All[1..], d => Assert.Equal("10.180.0.1:80*", Route(intent, Client, d)));
    }

    [Fact]
    public void Endpoints_about_to_end_serve_where_no_ready_one_does()
    {
        var local = TheService with { ExternalTrafficPolicy = TrafficPolicy.Local };
        const string Terminating = "1 local terminating; 2 terminating; 3 local unready; 4 ended";

        Assert.Equal("10.180.0.1:80*", Route(IntentOf(local, "1 local; 2 local terminating"), Client, ClusterIP));
        Assert.Equal("10.180.0.1:80", Route(IntentOf(local, "1 local terminating; 2"), Client, Balancer));
        Assert.Equal("10.180.0.2:80", Route(IntentOf(local, "1 local terminating; 2"), PodAddress, Balancer));
        Assert.Equal("10.180.0.1:80", Route(IntentOf(local, Terminating), Client, Balancer));
        Assert.Equal("10.180.0.1:80 10.180.0.2:80", Route(IntentOf(local, Terminating), PodAddress, ClusterIP));
        Assert.Equal("dropped: NoLocalEndpoints", Route(IntentOf(local, "1 terminating"), Client, Balancer));
        Assert.Equal("10.180.0.1:80*", Route(IntentOf(TheService, "1 terminating; 2 ended"), Client, NodePort));
        Assert.Equal("refused", Route(IntentOf(TheService, "1 local ended"), Client, NodePort));
    }

    [Fact]
    public void Source_ranges_bind_the_load_balancers_address_only()
    {
        var intent = IntentOf(TheService with { SourceRanges = [Prefix.Parse("203.0.113.0/28")] }, "1");

        Assert.Equal("10.180.0.1:80*", Route(intent, Client, Balancer));
        Assert.All(["203.0.113.16", PodAddress, NodeAddress], s => Assert.Equal("dropped: SourceNotAllowed", Route(intent, s, Balancer)));
        Assert.All([External, NodePort, ClusterIP], d => Assert.Equal("10.180.0.1:80*", Route(intent, "203.0.113.16", d)));
    }

    [Fact]
    public void A_client_that_is_not_allowed_learns_nothing_even_of_a_service_without_endpoints()
    {
        var intent = IntentOf(TheService with { SourceRanges = [Prefix.Parse("203.0.113.0/28")] }, "");

        Assert.Equal("refused", Route(intent, Client, Balancer));
        Assert.Equal("dropped: SourceNotAllowed", Route(intent, "203.0.113.16", Balancer));
    }

    [Fact]
    public void A_node_that_iAllowed_may_use_the_load_balancers_own_address_as_source()
    {
        var node = IntentOf(TheService with { SourceRanges = [Prefix.Parse("192.168.0.0/24")] }, "1");
        var client = IntentOf(TheService with { SourceRanges = [Prefix.Parse("203.0.113.0/28")] }, "1");

        Assert.Equal("10.180.0.1:80*", Route(node, NodeAddress, Balancer));
        Assert.Equal("10.180.0.1:80*", Route(node, "198.51.100.1", Balancer));
        Assert.Equal("dropped: SourceNotAllowed", Route(client, "198.51.100.1", Balancer));
    }
}
