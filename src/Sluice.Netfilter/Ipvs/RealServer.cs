using Sluice.Net;

namespace Sluice.Netfilter.Ipvs;

/// <summary>Where a virtual server sends connections. Equal in what was configured, whatever was counted.</summary>
/// <param name="Address">Its address; of either family when packets are tunneled, else of the virtual server's.</param>
/// <param name="Port">Its port; 0 with a virtual server for any port or a mark: that of the packet.</param>
public sealed record RealServer(NetAddress Address, int Port)
{
    /// <summary>How packets get there.</summary>
    public ForwardingMethod Method { get; init; } = ForwardingMethod.Masquerading;

    /// <summary>How packets are wrapped when <see cref="Method"/> is tunneling; null for plain IP in IP.</summary>
    public TunnelEncapsulation? Tunnel { get; init; }

    /// <summary>Its share compared with others, 0 to 2^31 - 1; 0: no new connections.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>At this many connections it is overloaded and gets no new ones (<c>ipvsadm -x</c>); 0 for never.</summary>
    public uint UpperThreshold { get; init; }

    /// <summary>Below this many connections it is no longer overloaded (<c>ipvsadm -y</c>); 0 for three quarters of <see cref="UpperThreshold"/>.</summary>
    public uint LowerThreshold { get; init; }

    /// <summary>What it had to do when the dump was made; null when the dump does not say.</summary>
    public RealServerCounts? Counts { get; init; }

    /// <summary>Equal in all but <see cref="Counts"/>.</summary>
    public bool Equals(RealServer? other) =>
        other is not null && Address == other.Address && Port == other.Port && Method == other.Method &&
        Tunnel == other.Tunnel && Weight == other.Weight && UpperThreshold == other.UpperThreshold &&
        LowerThreshold == other.LowerThreshold;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Address, Port, Method, Weight);

    /// <summary><c>10.244.1.9:8080</c>.</summary>
    public override string ToString() => Address.WithPort(Port);
}

/// <summary>The connections of a real server at one moment.</summary>
/// <param name="Active">In a state that counts as active (for TCP: established).</param>
/// <param name="Inactive">In any other state, such as waiting for the last packets of a connection that ends.</param>
/// <param name="Persistent">Clients that stay with it; null when the dump does not say.</param>
public sealed record RealServerCounts(uint Active, uint Inactive, uint? Persistent = null);

/// <summary>How packets get to a real server (IP_VS_CONN_F_FWD_MASK in linux/ip_vs.h).</summary>
public enum ForwardingMethod
{
    /// <summary>Their destination is rewritten, and the source of the answers (<c>-m</c>).</summary>
    Masquerading = 0,

    /// <summary>It is the node itself (<c>LOCALNODE</c>); the kernel finds that out by itself.</summary>
    LocalNode = 1,

    /// <summary>They are put into a tunnel to it (<c>-i</c>).</summary>
    Tunneling = 2,

    /// <summary>They are sent to its hardware address as they are (<c>-g</c>).</summary>
    DirectRouting = 3,
}
