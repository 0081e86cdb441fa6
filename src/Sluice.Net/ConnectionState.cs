namespace Sluice.Net;

/// <summary>What connection tracking thinks of a packet; as flags, since rules ask for several (xt_conntrack, xt_state).</summary>
[Flags]
public enum ConnectionState
{
    /// <summary>No state.</summary>
    None = 0,

    /// <summary>No valid connection.</summary>
    Invalid = 1,

    /// <summary>Belongs to a connection that has seen packets both ways.</summary>
    Established = 2,

    /// <summary>Belongs to a connection that another one announced, or is an ICMP error about one.</summary>
    Related = 4,

    /// <summary>The first packet of a connection.</summary>
    New = 8,

    /// <summary>Exempt from tracking (NOTRACK).</summary>
    Untracked = 16,

    /// <summary>The connection's source is translated.</summary>
    Snat = 32,

    /// <summary>The connection's destination is translated.</summary>
    Dnat = 64,
}
