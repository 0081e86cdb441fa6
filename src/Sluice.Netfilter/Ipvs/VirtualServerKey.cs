using Sluice.Net;

namespace Sluice.Netfilter.Ipvs;

/// <summary>What tells one virtual server from all others: an address, or a packet mark.</summary>
public abstract record VirtualServerKey
{
    private VirtualServerKey()
    {
    }

    /// <summary>The family of the packets.</summary>
    public abstract IPFamily PacketFamily { get; }

    /// <summary>Packets to one address and port (<c>ipvsadm -t</c>, <c>-u</c>, <c>--sctp-service</c>).</summary>
    /// <param name="Protocol">TCP, UDP or SCTP.</param>
    /// <param name="IP">The address.</param>
    /// <param name="Port">The port; 0 for any, which only a persistent virtual server has.</param>
    public sealed record Address(L4Protocol Protocol, NetAddress IP, int Port) : VirtualServerKey
    {
        /// <inheritdoc/>
        public override IPFamily PacketFamily => IP.Family;

        /// <summary><c>tcp 10.96.0.1:443</c>.</summary>
        public override string ToString() => $"{Protocol} {IP.WithPort(Port)}";
    }

    /// <summary>Packets with this mark, whatever their address (<c>ipvsadm -f</c>).</summary>
    /// <param name="Family">The family of the packets.</param>
    /// <param name="Value">The whole mark, not 0.</param>
    public sealed record Mark(IPFamily Family, uint Value) : VirtualServerKey
    {
        /// <inheritdoc/>
        public override IPFamily PacketFamily => Family;

        /// <summary><c>mark 1</c>.</summary>
        public override string ToString() => $"mark {Value}";
    }
}
