using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Tests.Planning.Nftables;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>A worker of a fake nftables kernel; it can be started anew.</summary>
internal sealed class NftWorkerRig
{
    public NftWorkerRig() => (Desired, Worker) = Start();

    public NftablesPlanOptions Options { get; } = new(IPFamily.IPv4);

    public FakeNftKernel Kernel { get; } = new();

    public TestCluster Cluster { get; } = new();

    public NodeProfile Node { get; set; } = new()
    {
        Name = "node",
        NodeIPs = [NetAddress.Parse("192.0.2.200")],
        LocalAddresses = [NetAddress.Parse("192.0.2.200"), NetAddress.Parse("127.0.0.1")],
        LocalDetector = new LocalDetector.Cidr([Prefix.Parse("10.0.0.0/8")]),
        NodePortAddresses = [Prefix.Parse("192.0.2.0/24")],
    };

    public DesiredState Desired { get; private set; }

    public FamilyWorker Worker { get; private set; }

    public List<SyncReport> Reports { get; } = [];

    public SyncReport Last => Reports[^1];

    /// <summary>A new process over the same kernel.</summary>
    public void Restart() => (Desired, Worker) = Start();

    public void Put(int service, ServiceType type = ServiceType.ClusterIP, int ports = 1, int? affinity = null, params int[] endpoints) =>
        Desired.Apply(Cluster.Put(service, type, ports, affinity, endpoints));

    public async Task<bool> SyncAsync(bool audits = false) => (await Worker.SyncAsync(audits, CancellationToken.None)).Succeeded;

    /// <summary>Whether the kernel holds what the cluster wants, less some Services: whichever slot an endpoint has.</summary>
    public void AssertHolds(params ObjectName[] without)
    {
        var intent = Desired.Take(IPFamily.IPv4).Intent.With(without.Select(s => KeyValuePair.Create(s, default(EquatableArray<PortIntent>))));
        var wanted = NftablesPlan.Of(intent, Options with { ServiceCidrs = intent.Node.ServiceCidrs });
        Assert.Equal("", TableDifference.Of(wanted, Kernel.Model?.ToTable()));
    }

    private (DesiredState Desired, FamilyWorker Worker) Start()
    {
        var desired = new DesiredState("node", _ => Node, [IPFamily.IPv4]);
        desired.Apply(Cluster.All);
        return (desired, new FamilyWorker(desired, new NftablesKernel(Kernel, Options, new OwnWrites()), SyncPeriods.Nftables, new ManualTime(), Reports.Add));
    }
}
