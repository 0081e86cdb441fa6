using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>An address with all that the table says of it; the default says nothing.</summary>
internal readonly ref struct AddressView
{
    /// <summary>An address as its owner has it.</summary>
    public AddressView(NftablesLayout layout, Claim<PortState> owner, PortIntent intent, ReadOnlySpan<Endpoint?> cluster, ReadOnlySpan<Endpoint?> local)
    {
        Plan = AddressPlan.Of(layout, intent, owner.Kind, cluster.Length, local.Length);
        Comment = owner.Port.Comment;
        Intent = intent;
        Endpoints = Plan.Endpoints switch { EndpointList.Cluster => cluster, EndpointList.Local => local, _ => default };
        LocalEndpoints = Plan.HasLocalEndpoints ? local : default;
    }

    /// <summary>The verdicts.</summary>
    public AddressPlan Plan { get; }

    /// <summary>Whose it is, in words; null when nobody's.</summary>
    public string? Comment { get; }

    /// <summary>What its owner is to do; null when nobody has it.</summary>
    public PortIntent? Intent { get; }

    /// <summary>The endpoints by slot.</summary>
    public ReadOnlySpan<Endpoint?> Endpoints { get; }

    /// <summary>The endpoints for Local policy by slot.</summary>
    public ReadOnlySpan<Endpoint?> LocalEndpoints { get; }

    /// <summary>Who may use it; nobody is asked when there are none.</summary>
    public bool HasSources => Plan.Firewalled.Exists;
}
