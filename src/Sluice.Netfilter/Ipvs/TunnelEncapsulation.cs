namespace Sluice.Netfilter.Ipvs;

/// <summary>How packets to a tunneled real server are wrapped, other than as plain IP in IP (<c>ipvsadm -i --tun-type</c>, since Linux 5.3).</summary>
/// <param name="Kind">The protocol around them.</param>
public sealed record TunnelEncapsulation(TunnelKind Kind)
{
    /// <summary>The UDP port of the tunnel's other end (<c>--tun-port</c>), of GUE only; 0 for none.</summary>
    public int Port { get; init; }

    /// <summary>What guards the packets on their way.</summary>
    public TunnelChecksum Checksum { get; init; }
}

/// <summary>The protocol of a tunnel (IP_VS_CONN_F_TUNNEL_TYPE in linux/ip_vs.h).</summary>
public enum TunnelKind
{
    /// <summary>Generic UDP encapsulation.</summary>
    Gue = 1,

    /// <summary>Generic routing encapsulation.</summary>
    Gre = 2,
}

/// <summary>The checksums of a tunnel (IP_VS_TUNNEL_ENCAP_FLAG in linux/ip_vs.h).</summary>
public enum TunnelChecksum
{
    /// <summary>None (<c>--tun-nocsum</c>).</summary>
    None = 0,

    /// <summary>Of the whole packet (<c>--tun-csum</c>).</summary>
    Whole = 1,

    /// <summary>Computed by the receiver, of GUE only (<c>--tun-remcsum</c>).</summary>
    Remote = 2,
}
