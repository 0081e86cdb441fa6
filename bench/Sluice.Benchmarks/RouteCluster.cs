using Sluice.Dataplane.Diff;
using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Manifests;
using Sluice.Linux.Iptables;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>A cluster read from manifests, and the rules of one of its nodes.</summary>
internal sealed class RouteCluster
{
    public const string PodNetwork = "10.0.0.0/8";

    private RouteCluster(ClusterState state, ServiceIntent intent)
    {
        State = state;
        Plan = new IptablesPlan(intent, Options);
    }

    public static IptablesPlanOptions Options { get; } = new(IPFamily.IPv4) { RandomFully = true };

    public static NodeProfile Node { get; } = new()
    {
        Name = RouteManifest.NodeName,
        NodeIPs = [NetAddress.Parse("192.168.0.1")],
        LocalDetector = new LocalDetector.Cidr([Prefix.Parse(PodNetwork)]),
    };

    public ClusterState State { get; }

    /// <summary>The plan of what the kernel holds.</summary>
    public IptablesPlan Plan { get; private set; }

    public static RouteCluster Read(string path)
    {
        var state = ReadState(path);
        return new RouteCluster(state, ServiceIntent.Of(state.Services, state.SlicesOf, Node, IPFamily.IPv4));
    }

    /// <summary>The objects of manifests.</summary>
    public static ClusterState ReadState(string path)
    {
        var content = ManifestFolder.Read(path);
        if (!content.IsWhole || content.Problems.Count > 0)
        {
            throw new InvalidDataException(content.Problems.Count > 0 ? content.Problems[0].ToString() : $"{path} is not whole");
        }

        var state = new ClusterState();
        state.Apply(content.Objects.Select(o => new ClusterChange.Upsert(o)));
        state.TakeChangedServices();
        return state;
    }

    /// <summary>What a change makes of the plan; the change is not in the kernel yet.</summary>
    public (IptablesPlan Plan, IReadOnlyList<Netfilter.Iptables.RestoreBatch> Batches) Change(ClusterChange change)
    {
        State.Apply([change]);
        var changed = State.TakeChangedServices();
        var intent = Plan.Intent.With(changed.Select(name => KeyValuePair.Create(
            name,
            State.FindService(name) is { } service ? PortIntents.Of(service, State.SlicesOf(name), Node, IPFamily.IPv4) : [])));
        var after = new IptablesPlan(intent, Options);
        return (after, IptablesDelta.Between(Plan, after, changed));
    }

    /// <summary>The kernel holds this plan now.</summary>
    public void Accept(IptablesPlan plan) => Plan = plan;

    /// <summary>The same cluster with other EndpointSlices in the place of those of the same names.</summary>
    public RouteCluster With(IReadOnlyList<Kubernetes.Objects.EndpointSlice> slices)
    {
        State.Apply(slices.Select(s => new ClusterChange.Upsert(s)));
        return new RouteCluster(State, ServiceIntent.Of(State.Services, State.SlicesOf, Node, IPFamily.IPv4));
    }

    /// <summary>Compares the kernel with the plan and writes what differs; the number of batches written.</summary>
    public async Task<int> ReconcileAsync(IptablesTools tools)
    {
        var batches = await CompareAsync(tools);
        await RestoreAsync(tools, batches);
        return batches.Count;
    }

    /// <summary>How many batches it would take to make the kernel what the plan says.</summary>
    public async Task<int> CountDifferencesAsync(IptablesTools tools) => (await CompareAsync(tools)).Count;

    private async Task<IReadOnlyList<Netfilter.Iptables.RestoreBatch>> CompareAsync(IptablesTools tools)
    {
        var saved = await tools.SaveAsync(["filter", "nat"], dump => IptablesReconciler.Reconcile(dump, Plan), CancellationToken.None);
        return saved is SaveResult<Reconciliation>.Read { Value: var difference }
            ? difference.Batches
            : throw new InvalidOperationException(saved.ToString());
    }

    public static async Task RestoreAsync(IptablesTools tools, IReadOnlyList<Netfilter.Iptables.RestoreBatch> batches)
    {
        for (var i = 0; i < batches.Count; i++)
        {
            if (await tools.RestoreAsync(batches[i], CancellationToken.None) is RestoreResult.Failed failed)
            {
                throw new InvalidOperationException(failed.Message);
            }
        }
    }

    /// <summary>The iptables-nft programs of this network namespace.</summary>
    public static IptablesTools Tools() =>
        IptablesTools.Detect(IPFamily.IPv4, new IptablesToolOptions { Backend = Netfilter.Rules.TableBackend.Nft }) switch
        {
            IptablesDetection.Found found => found.Tools,
            var other => throw new InvalidOperationException(other.ToString()),
        };
}
