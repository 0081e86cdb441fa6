namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>The kinds of chains of which there is one per number of endpoints, those that lead to others last.</summary>
internal enum CountedChain : byte
{
    /// <summary>Draws one of an address's endpoints.</summary>
    Pick,

    /// <summary>Draws one of an address's endpoints on this node.</summary>
    Local,

    /// <summary>Draws one of a node port's endpoints.</summary>
    NodePortPick,

    /// <summary>Draws one of a node port's endpoints on this node.</summary>
    NodePortLocal,

    /// <summary>Marks what is not a pod's for masquerade, and draws.</summary>
    Cluster,

    /// <summary>Marks for masquerade, and draws.</summary>
    External,

    /// <summary>As <see cref="External"/>, for node ports.</summary>
    NodePortExternal,
}
