using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sluice.Kubernetes.Api.Following;
using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Api;

/// <summary>An API server that does what it should: everything it has is known, and every change.</summary>
public sealed class ApiSourceTests
{
    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http1AndHttp2)]
    public async Task Everything_is_listed_in_pages_and_then_followed(HttpProtocols protocols)
    {
        await using var rig = await ApiRig.CreateAsync(protocols: protocols);
        const int Services = (2 * ResourceLister.PageSize) + 7;
        for (var s = 0; s < Services; s++)
        {
            rig.Store.Set(ApiObjects.Service(s));
            rig.Store.Set(ApiObjects.Slice(s, 3));
        }

        rig.Store.Set(ApiObjects.Node(ApiRig.NodeName));
        rig.Store.Set(ApiObjects.ServiceCidr("kubernetes", "10.96.0.0/12"));
        rig.Follow();
        await rig.SettledAsync("the list");
        Assert.Equal(Services, rig.StatusOf(ObjectKind.Service).Objects);
        Assert.Equal(3, rig.Server.Requests.Count(r => r.Contains("/services?", StringComparison.Ordinal) && r.Contains("limit=500", StringComparison.Ordinal)));
        Assert.Contains(rig.Server.Requests, r => r.EndsWith(protocols == HttpProtocols.Http1 ? "HTTP/1.1" : "HTTP/2", StringComparison.Ordinal));

        rig.Store.Set(ApiObjects.Service(1, port: 81));
        rig.Store.Set(ApiObjects.Service(Services));
        rig.Store.Set(ApiObjects.Slice(2, 5));
        rig.Store.Remove("Service", "default/" + ApiObjects.Name(0));
        rig.Store.Remove("EndpointSlice", "default/" + ApiObjects.Name(0) + "-abcde");
        await rig.SettledAsync("the changes");
        Assert.Equal(1, rig.StatusOf(ObjectKind.Service).Lists);
        Assert.Empty(rig.Problems);
    }

    [Fact]
    public async Task Objects_of_other_proxies_and_other_nodes_are_not_asked_for()
    {
        await using var rig = await ApiRig.CreateAsync();
        rig.Store.Set(ApiObjects.Service(1));
        rig.Store.Set(ApiObjects.Service(2, labels: "service.kubernetes.io/service-proxy-name"));
        rig.Store.Set(ApiObjects.Service(3, labels: "service.kubernetes.io/headless"));
        rig.Store.Set(ApiObjects.Node(ApiRig.NodeName));
        rig.Store.Set(ApiObjects.Node("node-2"));
        rig.Follow();
        await rig.SettledAsync("the list");
        Assert.True(rig.Knows(ObjectKind.Node, ApiRig.NodeName));
        Assert.False(rig.Knows(ObjectKind.Node, "node-2"));
        Assert.False(rig.Knows(ObjectKind.Service, ApiObjects.Name(2)));

        // What another proxy takes over is gone for this one.
        rig.Store.Set(ApiObjects.Service(1, labels: "service.kubernetes.io/service-proxy-name"));
        rig.Store.Set(ApiObjects.Service(3));
        await rig.SettledAsync("the labels changed");
        Assert.False(rig.Knows(ObjectKind.Service, ApiObjects.Name(1)));
        Assert.True(rig.Knows(ObjectKind.Service, ApiObjects.Name(3)));
    }

    [Fact]
    public async Task A_server_without_ServiceCIDRs_is_complete_without_them_and_that_is_noted_once()
    {
        await using var rig = await ApiRig.CreateAsync(step: 2);
        rig.Server.HasServiceCidrs = false;
        rig.Store.Set(ApiObjects.Service(1));
        rig.Follow();
        await rig.SettledAsync("without ServiceCIDRs");
        await ApiRig.UntilAsync(() => rig.Server.Requests.Count(r => r.Contains("servicecidrs", StringComparison.Ordinal)) >= 3, "asked again");
        Assert.DoesNotContain(rig.Problems, p => p.Contains("servicecidrs", StringComparison.Ordinal));
        var note = Assert.Single(rig.Notes, n => n.Contains("servicecidrs", StringComparison.Ordinal));
        Assert.Contains("404 NotFound", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_Node_keeps_nobody_waiting_and_is_known_once_it_is_there_relabelled_and_gone()
    {
        await using var rig = await ApiRig.CreateAsync();
        rig.Follow();
        await rig.SettledAsync("an empty cluster");
        rig.Store.Set(ApiObjects.Node(ApiRig.NodeName, "zone-a"));
        await rig.SettledAsync("a Node");
        rig.Store.Set(ApiObjects.Node(ApiRig.NodeName, "zone-b"));
        await rig.SettledAsync("another zone");
        Assert.Equal("zone-b", rig.Find<Node>(ApiRig.NodeName).Zone);
        rig.Store.Remove("Node", ApiRig.NodeName);
        await rig.SettledAsync("no Node");
    }

    [Fact]
    public async Task An_object_in_error_is_named_once_and_kept_as_it_was()
    {
        await using var rig = await ApiRig.CreateAsync();
        rig.Store.Set(ApiObjects.Service(1));
        rig.Store.Set(ApiObjects.Service(2));
        rig.Follow();
        await rig.SettledAsync("the list");
        var before = rig.Find<Service>(ApiObjects.Name(1));
        var broken = ApiObjects.Service(1, port: 4711).Replace("4711", "99999", StringComparison.Ordinal);
        rig.Store.Set(broken);
        rig.Store.Set(broken);
        await ApiRig.UntilAsync(() => rig.StatusOf(ObjectKind.Service).Events >= 2, "two events");
        rig.Store.Set(ApiObjects.Service(2, port: 90));
        await ApiRig.UntilAsync(() => rig.Find<Service>(ApiObjects.Name(2)).Ports[0].Port == 90, "the next event");
        Assert.Equal(before, rig.Find<Service>(ApiObjects.Name(1)));
        var problem = Assert.Single(rig.Problems);
        Assert.Contains("Service default/svc0001: spec.ports[0].port: expected a number from 1 to 65535, found 99999", problem, StringComparison.Ordinal);
        rig.Store.Set(ApiObjects.Service(1, port: 82));
        await rig.SettledAsync("mended");
    }

    [Fact]
    public async Task The_time_of_the_change_comes_with_a_slice_and_alone_changes_nothing()
    {
        await using var rig = await ApiRig.CreateAsync();
        rig.Store.Set(ApiObjects.Slice(1, 2, "2026-01-02T03:04:05.678Z"));
        rig.Follow();
        await rig.SettledAsync("the list");
        var slice = rig.Find<EndpointSlice>(ApiObjects.Name(1) + "-abcde");
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero), slice.LastChange.At);
        Assert.Equal(slice, slice with { LastChange = default });
        Assert.Equal(slice.GetHashCode(), (slice with { LastChange = default }).GetHashCode());
    }

    [Fact]
    public async Task A_quiet_server_is_asked_again_when_its_watches_end_and_nothing_is_listed_anew()
    {
        // A watch lasts five seconds and more.
        await using var rig = await ApiRig.CreateAsync(step: 0.5);
        rig.Store.Set(ApiObjects.Service(1));
        rig.Follow();
        await rig.SettledAsync("the list");
        await ApiRig.UntilAsync(() => rig.StatusOf(ObjectKind.Service).Watches >= 2, "watches end");
        rig.Store.Set(ApiObjects.Service(2));
        await rig.SettledAsync("after that");
        Assert.Equal(1, rig.StatusOf(ObjectKind.Service).Lists);
        Assert.Empty(rig.Problems);
        var times = rig.Server.Requests.Where(r => r.Contains("watch=true", StringComparison.Ordinal))
            .Select(r => int.Parse(r.Split("timeoutSeconds=")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.All(times, t => Assert.InRange(t, 300, 600));
        Assert.True(times.Distinct().Count() > 1, string.Join(' ', times));
    }
}
