using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>A network interface.</summary>
/// <param name="Index">The kernel's number, from 1; 0 when the listing does not print it.</param>
/// <param name="Name">The name, without <c>@parent</c>.</param>
/// <param name="IsUp">Whether it is up; true when the listing does not say.</param>
/// <param name="Addresses">Its addresses in the kernel's order.</param>
public sealed record NetInterface(int Index, string Name, bool IsUp, EquatableArray<InterfaceAddress> Addresses)
{
    /// <summary>The bridge, bond or VRF it belongs to (<c>master</c>); null when none.</summary>
    public string? Master { get; init; }
}

/// <summary>An address of an interface.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of its network's prefix.</param>
/// <param name="IsSecondary">Whether it is a secondary address of its network (IPv6: a temporary one).</param>
/// <param name="Scope">How far it reaches.</param>
public sealed record InterfaceAddress(NetAddress Address, int PrefixLength, bool IsSecondary, AddressScope Scope)
{
    /// <summary>The broadcast address of its network; null when none.</summary>
    public NetAddress? Broadcast { get; init; }

    /// <summary>The other end of a point-to-point link, which the prefix belongs to; null when there is none.</summary>
    public NetAddress? Peer { get; init; }

    /// <summary>Whether new connections should not use it any more (its preferred lifetime is over).</summary>
    public bool IsDeprecated { get; init; }

    /// <summary>Whether duplicate address detection is still under way or has failed: not usable.</summary>
    public bool IsTentative { get; init; }

    /// <summary>The network that is reached through it: the address's own, or the peer's.</summary>
    public Prefix Network => Prefix.Of(Peer ?? Address, PrefixLength);
}

/// <summary>How far an address or route reaches (rtnetlink scopes).</summary>
public enum AddressScope
{
    /// <summary>Everywhere (<c>global</c>, 0).</summary>
    Global = 0,

    /// <summary>Within a site (200).</summary>
    Site = 200,

    /// <summary>On its link (253).</summary>
    Link = 253,

    /// <summary>On this host (254).</summary>
    Host = 254,
}
