using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Kubernetes.Manifests;

/// <summary>Services, as far as their fields go; the cases are those of kube-proxy's TestServiceToServiceMap where these say something about an object.</summary>
public sealed class ServiceManifestTests
{
    private static readonly ServicePort s_http = new("", L4Protocol.Tcp, 80, 0);

    [Fact]
    public void A_headless_Service_has_no_address()
    {
        var service = Manifest.Only<Service>(Manifest.Service("{clusterIP: None, clusterIPs: [None], ports: [{name: p1, protocol: SCTP, port: 1234}]}"));
        Assert.Equal(new Service(new ObjectName("ns1", "svc1")) { Ports = [new ServicePort("p1", L4Protocol.Sctp, 1234, 0)] }, service);
        Assert.Equal(service with { Ports = [] }, Manifest.Only<Service>(Manifest.Service("{clusterIP: None}")));
    }

    [Fact]
    public void A_Service_of_type_ClusterIP_has_its_address_and_ports_in_order()
    {
        var service = Manifest.Only<Service>(Manifest.Service("{type: ClusterIP, clusterIP: 172.30.1.1, ports: [{name: p2, protocol: UDP, port: 1235}, {name: p1, port: 1234, targetPort: http}]}"));
        Assert.Equal(ServiceType.ClusterIP, service.Type);
        Assert.Equal([NetAddress.Parse("172.30.1.1")], service.ClusterIPs);
        Assert.Equal([new ServicePort("p2", L4Protocol.Udp, 1235, 0), new ServicePort("p1", L4Protocol.Tcp, 1234, 0)], service.Ports);
    }

    [Fact]
    public void A_Service_of_type_NodePort_has_a_port_on_nodes()
    {
        var service = Manifest.Only<Service>(Manifest.Service("{type: NodePort, clusterIP: 172.30.1.1, ports: [{port: 80, nodePort: 30080}]}"));
        Assert.Equal((ServiceType.NodePort, 30080), (service.Type, service.Ports[0].NodePort));
    }

    [Theory]
    [InlineData("{ip: 10.1.2.3}", "10.1.2.3")]
    [InlineData("{ip: 10.1.2.3, ipMode: VIP}", "10.1.2.3")]
    [InlineData("{ip: 10.1.2.3, ipMode: null}", "10.1.2.3")]
    [InlineData("{ip: 10.1.2.3, ipMode: Proxy}", "")]
    [InlineData("{ipMode: Proxy, ip: 10.1.2.3}", "")]
    [InlineData("{hostname: lb.example.com}", "")]
    [InlineData("{ip: '', hostname: lb.example.com}", "")]
    [InlineData("{ip: lb.example.com}", "")]
    [InlineData("{ip: 10.1.2.3, ipMode: Proxy}, {ip: '2001:db8::1'}", "2001:db8::1")]
    public void A_load_balancer_address_counts_unless_the_balancer_itself_must_see_the_traffic(string ingress, string expected)
    {
        var service = Manifest.Only<Service>(Manifest.Service("{type: LoadBalancer, clusterIP: 172.30.1.1, ports: [{port: 80}]}", $"{{loadBalancer: {{ingress: [{ingress}]}}}}"));
        Assert.Equal(expected, string.Join(",", service.LoadBalancerIPs));
    }

    [Fact]
    public void Traffic_policies_and_the_health_port_are_read()
    {
        var service = Manifest.Only<Service>(Manifest.Service(
            "{type: LoadBalancer, clusterIP: 172.30.1.1, ports: [{port: 80}], externalTrafficPolicy: Local, internalTrafficPolicy: Local, healthCheckNodePort: 345}"));
        Assert.Equal((TrafficPolicy.Local, TrafficPolicy.Local, 345), (service.ExternalTrafficPolicy, service.InternalTrafficPolicy, service.HealthCheckNodePort));
        var other = Manifest.Only<Service>(Manifest.Service("{clusterIP: 172.30.1.1, ports: [{port: 80}], internalTrafficPolicy: Cluster, externalTrafficPolicy: ''}"));
        Assert.Equal((TrafficPolicy.Cluster, TrafficPolicy.Cluster, 0), (other.ExternalTrafficPolicy, other.InternalTrafficPolicy, other.HealthCheckNodePort));
    }

    [Fact]
    public void An_ExternalName_Service_needs_neither_address_nor_port()
    {
        var service = Manifest.Only<Service>(Manifest.Service("{type: ExternalName, externalName: foo2.bar.com}"));
        Assert.Equal((ServiceType.ExternalName, 0, 0), (service.Type, service.ClusterIPs.Count, service.Ports.Count));
    }

    [Fact]
    public void Addresses_of_both_families_are_kept_and_what_is_no_address_is_not()
    {
        var service = Manifest.Only<Service>(Manifest.Service("""
            {clusterIP: 172.30.1.1, clusterIPs: [172.30.1.1, 'fd00::1'], ipFamilies: [IPv4, IPv6], ports: [{port: 80}],
             externalIPs: [1.2.3.4, '2001:db8::1', host.example.com, 'fe80::1%eth0', '[::1]', '::ffff:5.6.7.8', ''],
             loadBalancerSourceRanges: ['  10.1.2.0/28', "10.1.3.1/16\t ", 'fd00::/64', nonsense, 10.0.0.1, 10.0.0.0/255.0.0.0]}
            """));
        Assert.Equal("172.30.1.1 fd00::1", string.Join(' ', service.ClusterIPs));
        Assert.Equal("1.2.3.4 2001:db8::1 5.6.7.8", string.Join(' ', service.ExternalIPs));
        Assert.Equal("10.1.2.0/28 10.1.0.0/16 fd00::/64", string.Join(' ', service.SourceRanges));
    }

    [Theory]
    [InlineData("sessionAffinity: None", null)]
    [InlineData("sessionAffinity: None, sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}", null)]
    [InlineData("sessionAffinity: ClientIP", 10800)]
    [InlineData("sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 5}}", 5)]
    [InlineData("sessionAffinityConfig: {clientIP: {timeoutSeconds: 86400}}, sessionAffinity: ClientIP", 86400)]
    public void Clients_are_remembered_as_long_as_the_Service_says(string fields, int? expected) =>
        Assert.Equal(expected, Manifest.Only<Service>(Manifest.Service($"{{clusterIP: 172.30.1.1, ports: [{{port: 80}}], {fields}}}")).AffinitySeconds);

    [Theory]
    [InlineData("service.kubernetes.io/service-proxy-name: other", true)]
    [InlineData("service.kubernetes.io/service-proxy-name: ''", true)]
    [InlineData("service.kubernetes.io/service-proxy-name: null", true)]
    [InlineData("other/service-proxy-name: other", false)]
    public void A_label_gives_a_Service_to_another_proxy_whatever_its_value(string label, bool expected) =>
        Assert.Equal(expected, Manifest.Only<Service>($"{{apiVersion: v1, kind: Service, metadata: {{name: a, labels: {{{label}}}}}, spec: {{clusterIP: None}}}}").HasOtherProxy);

    [Fact]
    public void A_Service_without_a_namespace_is_in_the_default_one() =>
        Assert.Equal(
            new Service(new ObjectName("default", "a")) { ClusterIPs = [NetAddress.Parse("fd00::1")], Ports = [s_http] },
            Manifest.Only<Service>("{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {clusterIP: 'fd00::1', ports: [{port: 80}]}}"));

    [Theory]
    [InlineData("{ports: [{port: http}]}", "spec.ports[0].port: expected a number from 1 to 65535, found \"http\"")]
    [InlineData("{ports: [{port: 80}, {port: 0}]}", "spec.ports[1].port: expected a number from 1 to 65535, found 0")]
    [InlineData("{ports: [{port: 80.5}]}", "spec.ports[0].port: expected a number from 1 to 65535, found 80.5")]
    [InlineData("{ports: [{port: 99999999999999999999999}]}", "spec.ports[0].port: expected a number from 1 to 65535, found 99999999999999999999999")]
    [InlineData("{ports: [{name: a}]}", "spec.ports[0].port: expected a number from 1 to 65535, found nothing")]
    [InlineData("{ports: [{port: 80, protocol: tcp}]}", "spec.ports[0].protocol: expected TCP, UDP or SCTP, found \"tcp\"")]
    [InlineData("{ports: [{port: 80}, {port: 81}]}", "spec.ports[1]: expected a name that no other port of the protocol has")]
    [InlineData("{ports: [{name: a, port: 80}, {name: b, port: 80}]}", "spec.ports[1]: expected a port that no other port of the protocol has")]
    [InlineData("{ports: [{name: a, port: 80, nodePort: 1}, {name: b, port: 81, nodePort: 1}]}", "spec.ports[1]: expected a nodePort that no other port of the protocol has")]
    [InlineData("{ports: [{port: 80, nodePort: 65536}]}", "spec.ports[0].nodePort: expected a number from 0 to 65535, found 65536")]
    [InlineData("{ports: 80}", "spec.ports: expected a list, found 80")]
    [InlineData("{ports: [80]}", "spec.ports[0]: expected an object, found 80")]
    [InlineData("{clusterIP: 10.0.0.1}", "spec.ports: expected at least one port, found nothing")]
    [InlineData("{clusterIP: 10.0.0.256, ports: [{port: 80}]}", "spec.clusterIP: expected an IP address or None, found \"10.0.0.256\"")]
    [InlineData("{clusterIPs: [10.0.0.1, 10.0.0.2], ports: [{port: 80}]}", "spec.clusterIPs[1]: expected at most one address of each family, found \"10.0.0.2\"")]
    [InlineData("{type: Clusterip}", "spec.type: expected ClusterIP, NodePort, LoadBalancer or ExternalName, found \"Clusterip\"")]
    [InlineData("{externalTrafficPolicy: local}", "spec.externalTrafficPolicy: expected Cluster or Local, found \"local\"")]
    [InlineData("{sessionAffinity: true}", "spec.sessionAffinity: expected a text, found true")]
    [InlineData("{sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}}", "spec.sessionAffinityConfig.clientIP.timeoutSeconds: expected a number from 1 to 86400, found 86401")]
    [InlineData("{loadBalancerSourceRanges: [everyone, 10.0.0.1]}", "spec.loadBalancerSourceRanges[0]: expected a CIDR such as 10.0.0.0/8, found \"everyone\"")]
    [InlineData("{type: ClusterIP, type: NodePort}", "spec.type: expected once, found twice")]
    [InlineData("{<<: {type: NodePort}}", "spec[\"<<\"]: merge keys are not read: expected the fields themselves")]
    [InlineData("[]", "spec: expected an object, found a list")]
    [InlineData("null", "spec: expected an object, found nothing")]
    public void A_field_that_is_not_as_the_API_has_it_is_one_clear_line(string spec, string expected) =>
        Assert.Equal($"cluster.yaml:1: Service ns1/svc1: {expected}", Manifest.Problem(Manifest.Service(spec)));
}
