namespace Sluice.Netfilter.Conntrack;

/// <summary>What the kernel knows of a tracked flow (enum ip_conntrack_status); only the bits that somebody here asks about have names.</summary>
[Flags]
public enum ConntrackStatus : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Packets were seen in both directions (IPS_SEEN_REPLY).</summary>
    SeenReply = 1 << 1,

    /// <summary>It is not given up first when the table is full (IPS_ASSURED).</summary>
    Assured = 1 << 2,

    /// <summary>Its first packet has left the node, or reached it (IPS_CONFIRMED).</summary>
    Confirmed = 1 << 3,

    /// <summary>Its destination is translated (IPS_DST_NAT).</summary>
    DestinationNat = 1 << 5,
}
