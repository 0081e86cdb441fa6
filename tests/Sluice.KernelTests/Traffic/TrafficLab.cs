using Sluice.Dataplane.Planning;
using Sluice.KernelTests.Lab;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>A lab whose first node has the planned rules of the traffic tests' Services in its kernel, and flannel's on both nodes.</summary>
internal sealed class TrafficLab : IDisposable
{
    private static readonly LabPod[] s_pods = [new("a", 11), new("b", 12), new("caller", 13), new("far", 11, Node: 2)];

    private readonly Dictionary<IPFamily, ServiceIntent> _intents = [];

    private TrafficLab(LabVariant variant, LabCluster cluster, NodeProfile profile)
    {
        Cluster = cluster;
        foreach (var family in new[] { IPFamily.IPv4, IPFamily.IPv6 })
        {
            _intents[family] = ServiceIntent.Of(TrafficServices.All, s => TrafficServices.SlicesOf(s, cluster), profile, family);
            var program = LabPrograms.Name(family == IPFamily.IPv4 ? LabFamily.IPv4 : LabFamily.IPv6, variant, "restore");
            var plan = new IptablesPlan(_intents[family], new IptablesPlanOptions(family) { RandomFully = true });
            _ = cluster.Node.Machine.Namespace.Check(program, [], plan.ToRestoreText());
            foreach (var node in cluster.Nodes)
            {
                _ = node.Machine.Namespace.Check(program, ["--noflush"], FlannelRules.Of(node, family));
            }
        }

        foreach (var machine in cluster.Nodes.SelectMany(n => n.Pods.Append(n.Machine)))
        {
            foreach (var protocol in new[] { L4Protocol.Tcp, L4Protocol.Udp, L4Protocol.Sctp })
            {
                machine.Serve(protocol, TrafficServices.TargetPort);
            }
        }
    }

    public LabCluster Cluster { get; }

    public ServiceIntent Intent(IPFamily family) => _intents[family];

    /// <summary>Builds it, or skips the test with the reason why that is not possible here.</summary>
    public static TrafficLab BuildOrSkip(LabVariant variant, Func<NodeProfile, NodeProfile>? change = null)
    {
        if ((LabSupport.Unavailable ?? LabProbe.Unavailable(variant)) is { } reason)
        {
            Assert.Skip(reason);
        }

        var cluster = LabCluster.Build(s_pods);
        try
        {
            var profile = new NodeProfile
            {
                Name = cluster.Node.Machine.Name,
                NodeIPs = cluster.Node.Machine.Addresses.ToEquatableArray(),
                LocalAddresses = cluster.Node.AllAddresses.ToEquatableArray(),
                LocalDetector = new LocalDetector.Cidr(LabAddresses.ClusterCidrs.ToEquatableArray()),
            };
            return new TrafficLab(variant, cluster, change is null ? profile : change(profile));
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    public void Dispose() => Cluster.Dispose();
}
