using Sluice.Net;

namespace Sluice.Netfilter.Ipsets;

/// <summary>One part of an ipset's entry.</summary>
public abstract record IpSetValue
{
    private IpSetValue()
    {
    }

    /// <summary>An address or a network.</summary>
    /// <param name="Prefix">The network; of full length for one address.</param>
    public sealed record Network(Prefix Prefix) : IpSetValue;

    /// <summary>A port.</summary>
    /// <param name="Protocol">The protocol; null in a bitmap, where any protocol with ports is meant.</param>
    /// <param name="Number">The port 0 to 65535; for ICMP type times 256 plus code; 0 for other protocols.</param>
    public sealed record Port(L4Protocol? Protocol, int Number) : IpSetValue;

    /// <summary>A hardware address.</summary>
    /// <param name="Text">Six octets as <c>02:AA:00:00:00:01</c>, in capitals.</param>
    public sealed record HardwareAddress(string Text) : IpSetValue;

    /// <summary>A packet mark.</summary>
    /// <param name="Value">The mark.</param>
    public sealed record Mark(uint Value) : IpSetValue;

    /// <summary>An interface.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="IsPhysical">Whether a port of a bridge is meant (<c>physdev:</c>).</param>
    /// <param name="IsWildcard">Whether the name is only how it begins (<c>wildcard</c>).</param>
    public sealed record Interface(string Name, bool IsPhysical, bool IsWildcard = false) : IpSetValue;

    /// <summary>Another set.</summary>
    /// <param name="Name">Its name.</param>
    public sealed record Member(string Name) : IpSetValue;
}
