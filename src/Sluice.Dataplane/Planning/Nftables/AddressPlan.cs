using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>What the table says of one address: its verdicts, and which list of endpoints stands where. The slots themselves are apart.</summary>
internal readonly record struct AddressPlan
{
    /// <summary>Nothing.</summary>
    public static readonly AddressPlan None;

    /// <summary>What is done with a packet to it.</summary>
    public PlannedVerdict Main { get; private init; }

    /// <summary>What is done once the sender was found to be allowed; none when everybody is.</summary>
    public PlannedVerdict Firewalled { get; private init; }

    /// <summary>With Local policy: what is done with pods and the node itself.</summary>
    public PlannedVerdict ShortCircuit { get; private init; }

    /// <summary>With Local policy: what is done with others.</summary>
    public PlannedVerdict Local { get; private init; }

    /// <summary>How its clients are remembered.</summary>
    public PlannedVerdict Learn { get; private init; }

    /// <summary>Which endpoints stand in <c>endpoints</c>.</summary>
    public EndpointList Endpoints { get; private init; }

    /// <summary>Whether the endpoints for Local policy stand in <c>local-endpoints</c>.</summary>
    public bool HasLocalEndpoints { get; private init; }

    /// <summary>What the table says of an address of a Service port.</summary>
    /// <param name="layout">The table.</param>
    /// <param name="port">The Service port.</param>
    /// <param name="kind">As which of its addresses.</param>
    /// <param name="clusterSlots">How many slots its endpoints for Cluster policy have.</param>
    /// <param name="localSlots">How many slots its endpoints for Local policy have.</param>
    public static AddressPlan Of(NftablesLayout layout, PortIntent port, DestinationKind kind, int clusterSlots, int localSlots)
    {
        var isAffine = port.AffinitySeconds is not null;
        var plan =
            !port.Endpoints.HasAny ? new AddressPlan { Main = new PlannedVerdict(VerdictKind.Refuse) }
            : kind == DestinationKind.ClusterIP
                ? Internal(layout.MasqueradesClusterIPs, port.InternalPolicyLocal ? EndpointList.Local : EndpointList.Cluster, port.InternalPolicyLocal ? localSlots : clusterSlots, isAffine)
            : !port.ExternalPolicyLocal ? External(kind, clusterSlots, isAffine)
            : ExternalLocal(kind, clusterSlots, localSlots, isAffine);
        if (port.AffinitySeconds is { } seconds && (plan.Endpoints != EndpointList.None || plan.HasLocalEndpoints))
        {
            plan = plan with { Learn = new PlannedVerdict(VerdictKind.Learn, Count: seconds) };
        }

        return kind == DestinationKind.LoadBalancerIP && port.SourceRanges.Count > 0
            ? plan with { Main = new PlannedVerdict(VerdictKind.Firewall), Firewalled = plan.Main }
            : plan;
    }

    private static AddressPlan Internal(bool masquerades, EndpointList list, int slots, bool isAffine) => slots == 0
        ? new AddressPlan { Main = PlannedVerdict.Drop }
        : new AddressPlan { Main = PlannedVerdict.Draw(masquerades ? CountedChain.Cluster : CountedChain.Pick, slots, isAffine), Endpoints = list };

    private static AddressPlan External(DestinationKind kind, int slots, bool isAffine) => slots == 0
        ? new AddressPlan { Main = PlannedVerdict.Drop }
        : new AddressPlan
        {
            Main = PlannedVerdict.Draw(kind == DestinationKind.NodePort ? CountedChain.NodePortExternal : CountedChain.External, slots, isAffine),
            Endpoints = EndpointList.Cluster,
        };

    private static AddressPlan ExternalLocal(DestinationKind kind, int clusterSlots, int localSlots, bool isAffine)
    {
        var isNodePort = kind == DestinationKind.NodePort;
        return clusterSlots == 0 && localSlots == 0
            ? new AddressPlan { Main = PlannedVerdict.Drop }
            : new AddressPlan
            {
                Main = new PlannedVerdict(isNodePort ? VerdictKind.NodePortExternalLocal : VerdictKind.ExternalLocal),
                ShortCircuit = DrawOrDrop(isNodePort ? CountedChain.NodePortPick : CountedChain.Pick, clusterSlots, isAffine),
                Local = DrawOrDrop(isNodePort ? CountedChain.NodePortLocal : CountedChain.Local, localSlots, isAffine),
                Endpoints = clusterSlots == 0 ? EndpointList.None : EndpointList.Cluster,
                HasLocalEndpoints = localSlots > 0,
            };
    }

    private static PlannedVerdict DrawOrDrop(CountedChain chain, int slots, bool isAffine) =>
        slots == 0 ? PlannedVerdict.Drop : PlannedVerdict.Draw(chain, slots, isAffine);
}

/// <summary>The lists of endpoints that a Service port has.</summary>
internal enum EndpointList : byte
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>Those for Cluster policy.</summary>
    Cluster,

    /// <summary>Those for Local policy.</summary>
    Local,
}
