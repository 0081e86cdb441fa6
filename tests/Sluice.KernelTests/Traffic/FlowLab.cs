using System.Diagnostics;
using Sluice.KernelTests.Daemon;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// A node with pods <c>a</c>, <c>b</c> and <c>caller</c> and the real proxy on it, which routes one Service with a UDP and a TCP port; clients keep
/// their sockets while its manifests change.
/// </summary>
internal sealed class FlowLab : IAsyncDisposable
{
    public const int Port = 53;
    public const int NodePort = 30053;
    public const int TargetPort = 8080;

    // A clean-up comes at most a second after the one before; a machine under load takes its time.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-flows-").FullName;
    private readonly List<DatagramClient> _clients = [];
    private LabSource? _source;
    private ProxyProcess? _proxy;

    private FlowLab(LabCluster cluster) => Cluster = cluster;

    public LabCluster Cluster { get; }

    public static Service Service { get; } = new(new ObjectName("lab", "dns"))
    {
        Type = ServiceType.LoadBalancer,
        ClusterIPs = [NetAddress.Parse("10.96.0.10"), NetAddress.Parse("fd00:10:96::10")],
        ExternalIPs = [NetAddress.Parse("198.51.100.101"), NetAddress.Parse("2001:db8:3::101")],
        LoadBalancerIPs = [NetAddress.Parse("198.51.100.1"), NetAddress.Parse("2001:db8:3::1")],
        Ports = [new ServicePort("dns", L4Protocol.Udp, Port, NodePort), new ServicePort("tcp", L4Protocol.Tcp, Port, NodePort)],
    };

    public string Log => _proxy?.Log ?? "";

    /// <summary>Builds it and starts the proxy, or skips the test with the reason why that is not possible here.</summary>
    public static async Task<FlowLab> StartOrSkipAsync(ProxyRules rules, bool fromServer, IEnumerable<SliceEndpoint> endpoints, params string[] flags)
    {
        rules.SkipWhereUnavailable();

        var lab = new FlowLab(LabCluster.Build([new("a", 11), new("b", 12), new("caller", 13)]));
        try
        {
            lab._source = await LabSource.OpenAsync(lab.Cluster.Node.Machine.Namespace, lab._folder, fromServer);
            lab.Write(Service, endpoints);
            lab._proxy = await LabProxy.StartAsync(
                lab.Cluster.Node.Machine,
                [.. lab._source.Flags, .. rules.Flags(), "--cluster-cidr", string.Join(',', LabAddresses.ClusterCidrs.Select(c => c.ToCidrString())), .. rules.Periods("100ms"), "-v", "1", .. flags]);
            return lab;
        }
        catch
        {
            await lab.DeleteAsync();
            throw;
        }
    }

    /// <summary>A pod as an endpoint of both families.</summary>
    public static IEnumerable<SliceEndpoint> Endpoint(string pod, bool isReady = true, bool isServing = true) =>
        LabAddresses.Pod(new LabPod(pod, pod == "a" ? 11 : 12)).Select(a => new SliceEndpoint(a)
        {
            NodeName = "node-1",
            Ready = isReady,
            Serving = isServing,
            Terminating = !isReady,
        });

    /// <summary>Puts the Service and its endpoints there, from manifests at one moment.</summary>
    public void Write(Service service, IEnumerable<SliceEndpoint> endpoints)
    {
        var slices = new[] { IPFamily.IPv4, IPFamily.IPv6 }.Select(family => new EndpointSlice(new ObjectName("lab", $"dns-{(family == IPFamily.IPv4 ? "v4" : "v6")}"))
        {
            Service = service.Name,
            Family = family,
            Ports = [new EndpointPort("dns", L4Protocol.Udp, TargetPort), new EndpointPort("tcp", L4Protocol.Tcp, TargetPort)],
            Endpoints = endpoints.Where(e => e.Address.Family == family).ToEquatableArray(),
        });
        ClusterObject node = new Node(new ObjectName("", "node-1"))
        {
            Addresses = Cluster.Node.Machine.Addresses.ToEquatableArray(),
            PodCidrs = LabAddresses.PodCidrs(1).ToEquatableArray(),
        };
        _source!.Write(slices.Append<ClusterObject>(service).Append(node).Select(ObjectJson.Of));
    }

    /// <summary>A client that keeps its socket, and so its flow.</summary>
    public DatagramClient Client(string name, LabMachine machine, NetAddress to, int port)
    {
        var client = new DatagramClient(name, machine.Namespace, to, port);
        _clients.Add(client);
        return client;
    }

    /// <summary>Waits until every client is answered by one server, or by none.</summary>
    public async Task AnsweredByAsync(string? server, params IEnumerable<DatagramClient> clients)
    {
        foreach (var client in clients)
        {
            var patience = Stopwatch.StartNew();
            while (await client.AskAsync() is var answer && answer != server)
            {
                Assert.True(patience.Elapsed < s_patience, $"{client} is answered by {answer ?? "nobody"}, not by {server ?? "nobody"}\n{Log}");
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Waits until a change is in the kernel for both families, from a line of the log on.</summary>
    public async Task ChangedAsync(int from)
    {
        foreach (var family in new[] { "IPv4", "IPv6" })
        {
            _ = await _proxy!.LineAsync(from, "changes are in place", $"family={family}");
        }
    }

    /// <summary>Waits until a clean-up of IPv4's flows is told of, from a line of the log on.</summary>
    public Task<int> CleanedAsync(int from) => _proxy!.LineAsync(from, "stale flows are gone", "family=IPv4");

    public int LogLines => _proxy!.Lines.Count;

    public ValueTask DisposeAsync() => LabProxy.EndAsync(_proxy, DeleteAsync);

    private async Task DeleteAsync()
    {
        _clients.ForEach(c => c.Dispose());
        _proxy?.Dispose();
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        Cluster.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
