namespace Sluice.Netfilter.Tracing;

/// <summary>What becomes of a packet on one way through the node.</summary>
public enum Disposition
{
    /// <summary>It leaves for another host or a pod.</summary>
    Forwarded,

    /// <summary>It reaches a socket of this node.</summary>
    Accepted,

    /// <summary>It is gone; the sender hears nothing.</summary>
    Dropped,

    /// <summary>It is gone; the sender is told.</summary>
    Rejected,

    /// <summary>A chain or table that it would go through is missing from the snapshot.</summary>
    Incomplete,

    /// <summary>There is no route for it.</summary>
    Unreachable,
}

/// <summary>What becomes of a packet, all its possible ways taken together.</summary>
public enum TraceVerdict
{
    /// <summary>Every way delivers it.</summary>
    Delivered,

    /// <summary>Every way drops it.</summary>
    Dropped,

    /// <summary>Every way rejects it.</summary>
    Rejected,

    /// <summary>No way has a route.</summary>
    Unreachable,

    /// <summary>The ways end differently.</summary>
    Mixed,

    /// <summary>Some way needs rules that the snapshot does not hold.</summary>
    Incomplete,

    /// <summary>Some way depends on a match or target that is not known.</summary>
    Ambiguous,
}
