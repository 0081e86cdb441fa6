using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>A Service port as the table has it, with the slots of its endpoints.</summary>
/// <param name="name">Which it is.</param>
internal sealed class PortState(ServicePortName name) : RememberedPort(name)
{
    /// <summary>Who has which slot among the endpoints for Cluster policy.</summary>
    public SlotList Cluster { get; } = new();

    /// <summary>Who has which slot among the endpoints for Local policy.</summary>
    public SlotList Local { get; } = new();

    /// <summary>While it is part of a change: where its old slots for Cluster policy are kept.</summary>
    public (int Start, int Count) ClusterBefore { get; set; }

    /// <summary>While it is part of a change: where its old slots for Local policy are kept.</summary>
    public (int Start, int Count) LocalBefore { get; set; }
}
