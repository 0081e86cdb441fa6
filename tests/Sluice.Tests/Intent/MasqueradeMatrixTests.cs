using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Intent;

/// <summary>
/// Who is masqueraded, and who gets to endpoints of other nodes: three Services (Cluster policy, external Local, internal Local) with
/// one endpoint here and one elsewhere, asked by a pod, the node and a client outside. Expectations as in kube-proxy's
/// TestInternalExternalMasquerade.
/// </summary>
public sealed class MasqueradeMatrixTests
{
    // Both endpoints or the one here (H); a star for masquerade. The columns: pods known by address; pods not known; masquerade all;
    // masquerade all and pods not known.
    private const string Matrix = """
           10.0.0.2 -> 172.30.0.41:80    | B  | B  | B* | B*
           10.0.0.2 -> 192.168.0.2:3001  | B* | B* | B* | B*
           10.0.0.2 -> 1.2.3.4:80        | B* | B* | B* | B*
        192.168.0.2 -> 172.30.0.41:80    | B* | B  | B* | B*
        192.168.0.2 -> 192.168.0.2:3001  | B* | B* | B* | B*
          127.0.0.1 -> 127.0.0.1:3001    | B* | B* | B* | B*
        192.168.0.2 -> 1.2.3.4:80        | B* | B* | B* | B*
        203.0.113.2 -> 172.30.0.41:80    | B* | B  | B* | B*
        203.0.113.2 -> 192.168.0.2:3001  | B* | B* | B* | B*
        203.0.113.2 -> 1.2.3.4:80        | B* | B* | B* | B*
           10.0.0.2 -> 172.30.0.42:80    | B  | B  | B* | B*
           10.0.0.2 -> 192.168.0.2:3002  | B  | H  | B  | H
           10.0.0.2 -> 5.6.7.8:80        | B  | H  | B  | H
        192.168.0.2 -> 172.30.0.42:80    | B* | B  | B* | B*
        192.168.0.2 -> 192.168.0.2:3002  | B* | B* | B* | B*
          127.0.0.1 -> 127.0.0.1:3002    | B* | B* | B* | B*
        192.168.0.2 -> 5.6.7.8:80        | B* | B* | B* | B*
        203.0.113.2 -> 172.30.0.42:80    | B* | B  | B* | B*
        203.0.113.2 -> 192.168.0.2:3002  | H  | H  | H  | H
        203.0.113.2 -> 5.6.7.8:80        | H  | H  | H  | H
           10.0.0.2 -> 172.30.0.43:80    | H  | H  | H* | H*
           10.0.0.2 -> 192.168.0.2:3003  | B* | B* | B* | B*
           10.0.0.2 -> 9.10.11.12:80     | B* | B* | B* | B*
        192.168.0.2 -> 172.30.0.43:80    | H* | H  | H* | H*
        192.168.0.2 -> 192.168.0.2:3003  | B* | B* | B* | B*
          127.0.0.1 -> 127.0.0.1:3003    | B* | B* | B* | B*
        192.168.0.2 -> 9.10.11.12:80     | B* | B* | B* | B*
        203.0.113.2 -> 172.30.0.43:80    | H* | H  | H* | H*
        203.0.113.2 -> 192.168.0.2:3003  | B* | B* | B* | B*
        203.0.113.2 -> 9.10.11.12:80     | B* | B* | B* | B*
        """;

    private static readonly LocalDetector s_pods = new LocalDetector.Cidr([Prefix.Parse("10.0.0.0/8")]);

    [Theory]
    [InlineData(0, true, false)]
    [InlineData(1, false, false)]
    [InlineData(2, true, true)]
    [InlineData(3, false, true)]
    public void Every_flow_of_the_matrix_goes_where_it_says(int column, bool knowsPods, bool masqueradeAll)
    {
        var node = new NodeProfile
        {
            Name = "n1",
            NodeIPs = [NetAddress.Parse("192.168.0.2")],
            LocalAddresses = [NetAddress.Parse("192.168.0.2"), NetAddress.Parse("127.0.0.1")],
            LocalDetector = knowsPods ? s_pods : LocalDetector.NotConfigured,
            MasqueradeAll = masqueradeAll,
        };
        var intent = ServiceIntent.Empty(node, IPFamily.IPv4).With(
        [
            Service(1, "1.2.3.4", node, s => s),
            Service(2, "5.6.7.8", node, s => s with { ExternalTrafficPolicy = TrafficPolicy.Local, HealthCheckNodePort = 30002 }),
            Service(3, "9.10.11.12", node, s => s with { InternalTrafficPolicy = TrafficPolicy.Local }),
        ]);
        var wrong = new List<string>();
        var lines = Matrix.Split('\n');
        foreach (var line in lines)
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            var ends = cells[0].Split(" -> ");
            var answer = RouteText.Of(intent.Route(RouteText.Packet(node, ends[0], ends[1])));
            if (answer != Expected(cells[column + 1], ends[1]))
            {
                wrong.Add($"{cells[0]}: expected {cells[column + 1]}, answered {answer}");
            }
        }

        Assert.Equal(30, lines.Length);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("10.180.0.2", "172.30.0.42:80", "10.180.0.2:80* 10.180.1.2:80")]
    [InlineData("10.180.0.2", "5.6.7.8:80", "10.180.0.2:80* 10.180.1.2:80")]
    [InlineData("10.180.0.3", "172.30.0.43:80", "10.180.0.3:80*")]
    public void An_endpoint_that_reaches_itself_is_masqueraded(string source, string destination, string expected)
    {
        var node = new NodeProfile { Name = "n1", LocalDetector = s_pods };
        var intent = ServiceIntent.Empty(node, IPFamily.IPv4).With(
        [
            Service(2, "5.6.7.8", node, s => s with { ExternalTrafficPolicy = TrafficPolicy.Local }),
            Service(3, "9.10.11.12", node, s => s with { InternalTrafficPolicy = TrafficPolicy.Local }),
        ]);

        Assert.Equal(expected, RouteText.Of(intent.Route(RouteText.Packet(node, source, destination))));
    }

    private static string Expected(string cell, string destination)
    {
        var service = destination[^1] is '0' ? ServiceOf(destination) : destination[^1] - '0';
        var star = cell.EndsWith('*') ? "*" : "";
        return cell[0] == 'H' ? $"10.180.0.{service}:80{star}" : $"10.180.0.{service}:80{star} 10.180.1.{service}:80{star}";
    }

    private static int ServiceOf(string destination) => destination[0] switch { '1' when destination[1] == '7' => destination[^4] - '0', '1' => 1, '5' => 2, _ => 3 };

    private static KeyValuePair<ObjectName, EquatableArray<PortIntent>> Service(
        int number, string loadBalancer, NodeProfile node, Func<Service, Service> change)
    {
        var service = change(new Service(new ObjectName($"ns{number}", $"svc{number}"))
        {
            Type = ServiceType.LoadBalancer,
            ClusterIPs = [NetAddress.Parse($"172.30.0.4{number}")],
            LoadBalancerIPs = [NetAddress.Parse(loadBalancer)],
            Ports = [new ServicePort("p80", L4Protocol.Tcp, 80, 3000 + number)],
        });
        var slice = new EndpointSlice(service.Name)
        {
            Family = IPFamily.IPv4,
            Ports = [new("p80", L4Protocol.Tcp, 80)],
            Endpoints =
            [
                new SliceEndpoint(NetAddress.Parse($"10.180.0.{number}")) { NodeName = "n1" },
                new SliceEndpoint(NetAddress.Parse($"10.180.1.{number}")) { NodeName = "n2" },
            ],
        };
        return KeyValuePair.Create(service.Name, PortIntents.Of(service, [slice], node, IPFamily.IPv4));
    }
}
