using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Kubernetes.Manifests;

/// <summary>EndpointSlices, Nodes, ServiceCIDRs and Pods.</summary>
public sealed class ObjectManifestTests
{
    [Fact]
    public void A_slice_has_its_Service_family_ports_and_endpoints()
    {
        var slice = Manifest.Only<EndpointSlice>(Manifest.Slice("""
            addressType: IPv4, ports: [{name: http, port: 8080}, {name: '', port: 53, protocol: UDP}],
            endpoints: [{addresses: [10.0.1.2, 10.0.1.3], conditions: {ready: false, serving: true, terminating: true}, nodeName: node-1, zone: zone-a,
                         hints: {forZones: [{name: zone-a}, {name: zone-b}], forNodes: [{name: node-1}]}}]
            """));
        Assert.Equal(
            new EndpointSlice(new ObjectName("ns1", "svc1-x"))
            {
                Service = new ObjectName("ns1", "svc1"),
                Family = IPFamily.IPv4,
                Ports = [new EndpointPort("http", L4Protocol.Tcp, 8080), new EndpointPort("", L4Protocol.Udp, 53)],
                Endpoints =
                [
                    new SliceEndpoint(NetAddress.Parse("10.0.1.2"))
                    {
                        Ready = false, Serving = true, Terminating = true, NodeName = "node-1", ZoneHints = ["zone-a", "zone-b"], NodeHints = ["node-1"],
                    },
                ],
            },
            slice);
    }

    [Theory]
    [InlineData("")]
    [InlineData(", conditions: {}")]
    [InlineData(", conditions: null, nodeName: null, hints: null")]
    [InlineData(", conditions: {ready: null, serving: null, terminating: null}, hints: {}")]
    public void An_endpoint_that_says_nothing_is_ready(string fields)
    {
        var slice = Manifest.Only<EndpointSlice>(Manifest.Slice($"addressType: IPv6, endpoints: [{{addresses: ['fd00::1']{fields}}}]"));
        Assert.Equal([new SliceEndpoint(NetAddress.Parse("fd00::1"))], slice.Endpoints);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("sluice.dev/weight: '3'", 3, 3)]
    [InlineData("sluice.dev/weight: '10.0.1.2=100, 10.0.1.9=5'", 1, 100)]
    [InlineData("sluice.dev/weight: '10.0.1.1=2,10.0.1.2=7'", 2, 7)]
    [InlineData("sluice.dev/weight: '0'", 1, 1)]
    [InlineData("sluice.dev/weight: '101'", 1, 1)]
    [InlineData("sluice.dev/weight: '10.0.1.1=many,,10.0.1.2=2'", 1, 2)]
    [InlineData("sluice.dev/weight: ''", 1, 1)]
    [InlineData("example.com/weight: '3'", 1, 1)]
    public void Endpoints_weigh_what_the_annotation_says(string annotations, int first, int second)
    {
        var slice = Manifest.Only<EndpointSlice>(Manifest.Slice(
            "addressType: IPv4, endpoints: [{addresses: [10.0.1.1]}, {addresses: [10.0.1.2]}]", annotations: annotations));
        Assert.Equal([first, second], slice.Endpoints.Select(e => e.Weight));
    }

    [Fact]
    public void Ports_without_name_or_number_and_endpoints_without_address_are_left_out()
    {
        var slice = Manifest.Only<EndpointSlice>(Manifest.Slice("addressType: IPv4, ports: [{port: 80}, {name: a}, {name: b, port: 0}, {name: c, port: null}, {name: d, port: 1}], endpoints: [{addresses: []}, {}]"));
        Assert.Equal([new EndpointPort("d", L4Protocol.Tcp, 1)], slice.Ports);
        Assert.Empty(slice.Endpoints);
        Assert.Equal(slice with { Ports = [] }, Manifest.Only<EndpointSlice>(Manifest.Slice("addressType: IPv4, ports: null, endpoints: null")));
    }

    [Fact]
    public void A_slice_of_host_names_has_no_family_and_no_endpoints()
    {
        var slice = Manifest.Only<EndpointSlice>(Manifest.Slice("endpoints: [{addresses: [host.example.com]}], addressType: FQDN"));
        Assert.Equal((null, 0), (slice.Family, slice.Endpoints.Count));
    }

    [Theory]
    [InlineData("", null, false)]
    [InlineData("kubernetes.io/service-name: ''", null, false)]
    [InlineData("kubernetes.io/service-name:", null, false)]
    [InlineData("kubernetes.io/service-name: a", "a", false)]
    [InlineData("kubernetes.io/service-name: a, service.kubernetes.io/headless: ''", "a", true)]
    public void Labels_tell_the_Service_and_whether_any_proxy_may_see_the_slice(string labels, string? service, bool isHeadless)
    {
        var slice = Manifest.Only<EndpointSlice>(Manifest.Slice("addressType: IPv4", labels));
        Assert.Equal((service, isHeadless), (slice.Service?.Name, slice.IsHeadless));
    }

    [Theory]
    [InlineData("addressType: IPv5", "addressType: expected IPv4, IPv6 or FQDN, found \"IPv5\"")]
    [InlineData("ports: []", "addressType: expected IPv4, IPv6 or FQDN, found nothing")]
    [InlineData("addressType: IPv4, endpoints: [{addresses: [10.0.0.1]}, {addresses: [a]}]", "endpoints[1].addresses[0]: expected an IP address, found \"a\"")]
    [InlineData("addressType: IPv4, endpoints: [{addresses: ['fd00::1']}]", "endpoints[0].addresses[0]: expected an IPv4 address, as addressType says, found \"fd00::1\"")]
    [InlineData("addressType: IPv4, endpoints: [{conditions: {ready: 'true'}}]", "endpoints[0].conditions.ready: expected true or false, found \"true\"")]
    [InlineData("addressType: IPv4, endpoints: [{nodeName: 'Node'}]", "endpoints[0].nodeName: expected a name of at most 253 lower-case letters, digits, - and . (RFC 1123 subdomain), found \"Node\"")]
    [InlineData("addressType: IPv4, ports: [{name: a, port: -1}]", "ports[0].port: expected a number from 0 to 65535, found -1")]
    public void A_slice_that_is_not_as_the_API_has_it_is_one_clear_line(string fields, string expected) =>
        Assert.Equal($"cluster.yaml:1: EndpointSlice ns1/svc1-x: {expected}", Manifest.Problem(Manifest.Slice(fields)));

    [Fact]
    public void A_node_has_its_internal_addresses_first()
    {
        var node = Manifest.Only<Node>("""
            apiVersion: v1
            kind: Node
            metadata: {name: node-1, labels: {topology.kubernetes.io/zone: zone-a}}
            spec: {podCIDR: 10.1.0.0/24, podCIDRs: [10.1.0.0/24, 'fd00:1::/64']}
            status:
              addresses:
              - {type: Hostname, address: node-1}
              - {type: ExternalIP, address: 203.0.113.7}
              - {type: InternalIP, address: 192.168.0.2}
              - {type: InternalIP, address: 'fd00::2'}
              - {type: InternalDNS, address: 10.9.9.9}
            """);
        Assert.Equal(
            new Node(new ObjectName("", "node-1"))
            {
                Zone = "zone-a",
                Addresses = [NetAddress.Parse("192.168.0.2"), NetAddress.Parse("fd00::2"), NetAddress.Parse("203.0.113.7")],
                PodCidrs = [Prefix.Parse("10.1.0.0/24"), Prefix.Parse("fd00:1::/64")],
            },
            node);
        Assert.Equal([Prefix.Parse("10.2.0.0/24")], Manifest.Only<Node>("{apiVersion: v1, kind: Node, metadata: {name: a}, spec: {podCIDR: 10.2.0.0/24}}").PodCidrs);
        Assert.Null(Manifest.Only<Node>("{apiVersion: v1, kind: Node, metadata: {name: a, labels: {topology.kubernetes.io/zone: ''}}}").Zone);
    }

    [Fact]
    public void A_ServiceCIDR_has_its_prefixes() => Assert.Equal(
        new ServiceCidr(new ObjectName("", "kubernetes")) { Cidrs = [Prefix.Parse("172.30.0.0/16"), Prefix.Parse("fd00:2::/108")] },
        Manifest.Only<ServiceCidr>("{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: kubernetes}, spec: {cidrs: [172.30.0.0/16, 'fd00:2::/108']}}"));

    [Fact]
    public void A_pod_has_its_addresses_until_it_ends()
    {
        const string Text = "{apiVersion: v1, kind: Pod, metadata: {namespace: a, name: b}, spec: {nodeName: node-1, hostNetwork: true}, status: {phase: Running, podIP: 10.1.0.1, podIPs: [{ip: 10.1.0.1}, {ip: 'fd00::1'}]}}";
        var pod = new Pod(new ObjectName("a", "b")) { NodeName = "node-1", HostNetwork = true, Addresses = [NetAddress.Parse("10.1.0.1"), NetAddress.Parse("fd00::1")] };
        Assert.Equal(pod, Manifest.Only<Pod>(Text));
        Assert.Equal(pod with { Addresses = [NetAddress.Parse("10.1.0.1")] }, Manifest.Only<Pod>(Text.Replace("podIPs", "others", StringComparison.Ordinal)));
        Assert.Equal(pod with { Addresses = [] }, Manifest.Only<Pod>(Text.Replace("Running", "Succeeded", StringComparison.Ordinal)));
    }
}
