namespace Sluice.Dataplane.Migration;

/// <summary>Who sends a packet that both sides are asked about.</summary>
public enum ProbeOrigin
{
    /// <summary>A pod of the node.</summary>
    Pod,

    /// <summary>A program of the node.</summary>
    Node,

    /// <summary>Another node.</summary>
    OtherNode,

    /// <summary>A client outside the cluster and every source range.</summary>
    Outside,

    /// <summary>A client within a source range of the Service.</summary>
    AllowedSource,

    /// <summary>An endpoint of the Service.</summary>
    Endpoint,
}
