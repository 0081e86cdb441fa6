using Sluice.KernelTests.Daemon;
using Sluice.KernelTests.Lab;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Manifests;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// A lab with flannel's rules on both nodes, and <c>sluice proxy</c> on the first: it reads the traffic tests' Services from a manifest,
/// or from an API server, and its configuration from flags.
/// </summary>
internal sealed class TrafficLab : IAsyncDisposable
{
    private static readonly LabPod[] s_pods = [new("a", 11), new("b", 12), new("caller", 13), new("far", 11, Node: 2)];
    private static readonly IPFamily[] s_families = [IPFamily.IPv4, IPFamily.IPv6];

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-traffic-").FullName;
    private readonly Dictionary<IPFamily, ServiceIntent> _intents = [];
    private readonly ProxyRules _rules;
    private string[] _foreign = [];
    private ProxyProcess? _proxy;
    private LabSource? _source;

    private TrafficLab(ProxyRules rules, LabCluster cluster)
    {
        _rules = rules;
        Cluster = cluster;
    }

    public LabCluster Cluster { get; }

    /// <summary>What the proxy wrote.</summary>
    public string Log => _proxy?.Log ?? "";

    public ServiceIntent Intent(IPFamily family) => _intents[family];

    /// <summary>Builds and starts it, or skips the test with the reason why that is not possible here.</summary>
    public static async Task<TrafficLab> StartOrSkipAsync(ProxyRules rules, TrafficConfiguration? configuration = null, bool fromServer = false)
    {
        rules.SkipWhereUnavailable();

        var lab = new TrafficLab(rules, LabCluster.Build(s_pods));
        try
        {
            await lab.StartAsync(configuration ?? TrafficConfiguration.Usual, fromServer);
            return lab;
        }
        catch
        {
            await lab.DeleteAsync();
            throw;
        }
    }

    /// <summary>What became of rules that are not the proxy's; empty when they are as they were before it started.</summary>
    public string ForeignDifference() => string.Join('\n', Foreign().Zip(_foreign)
        .Where(pair => pair.First != pair.Second)
        .Select(pair => $"rules of others were touched:\n{pair.First}\nwere\n{pair.Second}"));

    /// <summary>Ends the proxy, which must still run, as a node does.</summary>
    public ValueTask DisposeAsync() => LabProxy.EndAsync(_proxy, DeleteAsync);

    private async Task StartAsync(TrafficConfiguration configuration, bool fromServer)
    {
        LoadFlannel();
        _source = await LabSource.OpenAsync(Cluster.Node.Machine.Namespace, _folder, fromServer);
        WriteManifest();

        // Not from the flags: that they are understood is part of what is tested.
        var profile = configuration.Meaning(new NodeProfile
        {
            Name = Cluster.Node.Machine.Name,
            NodeIPs = Cluster.Node.Machine.Addresses.ToEquatableArray(),
            LocalAddresses = Cluster.Node.AllAddresses.ToEquatableArray(),

            // What the modes do without being told otherwise.
            NodePortAddresses = _rules == ProxyRules.Nftables ? Cluster.Node.Machine.Addresses.Select(Prefix.Host).ToEquatableArray() : [],
            LocalhostNodePorts = _rules is ProxyRules.IptablesNft or ProxyRules.IptablesLegacy,
        });
        foreach (var family in s_families)
        {
            _intents[family] = ServiceIntent.Of(TrafficServices.All, s => TrafficServices.SlicesOf(s, Cluster), profile, family);
        }

        foreach (var machine in Cluster.Nodes.SelectMany(n => n.Pods.Append(n.Machine)))
        {
            // Kernels with IPVS that tests run on have no SCTP sockets that listen.
            foreach (var protocol in _rules == ProxyRules.Ipvs ? [L4Protocol.Tcp, L4Protocol.Udp] : new[] { L4Protocol.Tcp, L4Protocol.Udp, L4Protocol.Sctp })
            {
                machine.Serve(protocol, TrafficServices.TargetPort);
            }
        }

        _proxy = await LabProxy.StartAsync(Cluster.Node.Machine, [.. _source.Flags, .. _rules.Flags(), .. configuration.Flags]);
    }

    private void LoadFlannel()
    {
        foreach (var family in s_families)
        {
            foreach (var node in Cluster.Nodes)
            {
                _ = node.Machine.Namespace.Check(Program(family, "restore"), ["--noflush"], FlannelRules.Of(node, family));
            }
        }

        _foreign = Foreign();
        Assert.All(_foreign, rules => Assert.Contains("-j FLANNEL-POSTRTG", rules, StringComparison.Ordinal));
    }

    /// <summary>Takes an endpoint out of all Services: its pod is no longer ready.</summary>
    public void Remove(LabMachine pod) => WriteManifest(slice => slice with
    {
        Endpoints = slice.Endpoints.Where(e => !pod.Addresses.Contains(e.Address)).ToEquatableArray(),
    });

    private void WriteManifest(Func<EndpointSlice, EndpointSlice>? change = null)
    {
        ClusterObject[] objects =
        [
            .. TrafficServices.All,
            .. TrafficServices.All.SelectMany(s => TrafficServices.SlicesOf(s.Name, Cluster)).Select(s => change?.Invoke(s) ?? s),
            .. Cluster.Nodes.Select(node => new Node(new ObjectName("", node.Machine.Name))
            {
                Addresses = node.Machine.Addresses.ToEquatableArray(),
                PodCidrs = LabAddresses.PodCidrs(node.Number).ToEquatableArray(),
            }),
        ];
        _source!.Write(objects.Select(ObjectJson.Of));

        // Otherwise the flows would be asked of one cluster and predicted for another.
        Assert.Equal(objects, ManifestFolder.Read(_folder).Objects);
    }

    // Flannel has its rules in this table alone.
    private string[] Foreign() =>
        [.. s_families.Select(f => RuleDump.Parse("nat", Cluster.Node.Machine.Namespace.Check(Program(f, "save"), ["-t", "nat"])).Foreign)];

    private string Program(IPFamily family, string verb) =>
        LabPrograms.Name(family == IPFamily.IPv4 ? LabFamily.IPv4 : LabFamily.IPv6, _rules.Variant(), verb);

    private async Task DeleteAsync()
    {
        _proxy?.Dispose();
        if (_source is not null)
        {
            await _source.DisposeAsync();
        }

        Cluster.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
