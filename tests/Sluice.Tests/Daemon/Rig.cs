using Sluice.Daemon;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Tests.Daemon;

/// <summary>A worker over a fake kernel; it can be started anew.</summary>
internal abstract class Rig
{
    private readonly IPFamily _family;
    private readonly SyncPeriods _periods;

    /// <summary>A worker for a family; <see cref="Restart"/> starts it.</summary>
    protected Rig(IPFamily family, SyncPeriods periods) => (_family, _periods) = (family, periods);

    public TestCluster Cluster { get; } = new();

    public NodeProfile Node { get; set; } = new()
    {
        Name = "node",
        NodeIPs = [NetAddress.Parse("192.0.2.200")],
        LocalAddresses = [NetAddress.Parse("192.0.2.200"), NetAddress.Parse("127.0.0.1")],
        LocalDetector = new LocalDetector.Cidr([Prefix.Parse("10.0.0.0/8")]),
    };

    public DesiredState Desired { get; private set; } = null!;

    public FamilyWorker Worker { get; private set; } = null!;

    public List<SyncReport> Reports { get; } = [];

    public SyncReport Last => Reports[^1];

    /// <summary>A new process over the same kernel.</summary>
    public void Restart()
    {
        Desired = new DesiredState("node", _ => Node, [_family]);
        Desired.Apply(Cluster.All);
        Worker = new FamilyWorker(Desired, NewKernel(), _periods, new ManualTime(), Reports.Add);
    }

    public void Put(int service, ServiceType type = ServiceType.ClusterIP, int ports = 1, int? affinity = null, params int[] endpoints) =>
        Desired.Apply(Cluster.Put(service, type, ports, affinity, endpoints));

    /// <summary>One sync; an audit is waited for, with the sync that mends what it found.</summary>
    public async Task<bool> SyncAsync(bool audits = false)
    {
        var succeeded = await SyncOnceAsync(audits);
        if (audits && Worker.Survey is { } survey)
        {
            await survey;
            succeeded = await SyncOnceAsync();
        }

        return succeeded;
    }

    /// <summary>One sync, as the scheduler calls it.</summary>
    public async Task<bool> SyncOnceAsync(bool audits = false) => (await Worker.SyncAsync(audits, CancellationToken.None)).Succeeded;

    /// <summary>What the cluster wants, less some Services.</summary>
    protected ServiceIntent Wanted(IEnumerable<ObjectName> without) =>
        Desired.Take(_family).Intent.With(without.Select(s => KeyValuePair.Create(s, default(EquatableArray<PortIntent>))));

    /// <summary>The worker's way to the kernel, which knows nothing yet.</summary>
    protected abstract IFamilyKernel NewKernel();
}
