using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Routing;

/// <summary>A node's network interfaces, as <c>ip address</c> prints them.</summary>
/// <param name="Interfaces">The interfaces in the kernel's order.</param>
public sealed record InterfaceTable(EquatableArray<NetInterface> Interfaces)
{
    private (EquatableArray<NetInterface> Of, HashSet<NetAddress> Addresses)? _index;

    /// <summary>Whether one of the interfaces has the address.</summary>
    public bool HasAddress(NetAddress address)
    {
        // "with" copies the cache too: it counts only for the interfaces it was made of.
        if (_index is not { } index || !index.Of.IsSame(Interfaces))
        {
            _index = index = (Interfaces, [.. Interfaces.SelectMany(i => i.Addresses).Select(a => a.Address)]);
        }

        return index.Addresses.Contains(address);
    }

    /// <summary>The interface of that name; null when there is none.</summary>
    public NetInterface? Find(string name) => Interfaces.FirstOrDefault(i => i.Name == name);

    /// <summary>The first interface that has the address; null when none has.</summary>
    public NetInterface? Owner(NetAddress address) => Interfaces.FirstOrDefault(i => i.Addresses.Any(a => a.Address == address));

    /// <summary>Equal interfaces.</summary>
    public bool Equals(InterfaceTable? other) => other is not null && Interfaces.Equals(other.Interfaces);

    /// <inheritdoc/>
    public override int GetHashCode() => Interfaces.GetHashCode();
}

/// <summary>A network interface.</summary>
/// <param name="Index">The kernel's number, from 1.</param>
/// <param name="Name">The name, without <c>@parent</c>.</param>
/// <param name="IsUp">Whether it is up.</param>
/// <param name="Addresses">Its addresses in the kernel's order.</param>
public sealed record NetInterface(int Index, string Name, bool IsUp, EquatableArray<InterfaceAddress> Addresses)
{
    /// <summary>The bridge or bond it belongs to (<c>master</c>); null when none.</summary>
    public string? Master { get; init; }
}

/// <summary>An address of an interface.</summary>
/// <param name="Address">The address.</param>
/// <param name="PrefixLength">The length of its network's prefix.</param>
/// <param name="IsSecondary">Whether it is a secondary address of its network.</param>
/// <param name="Scope">How far it reaches.</param>
public sealed record InterfaceAddress(NetAddress Address, int PrefixLength, bool IsSecondary, AddressScope Scope)
{
    /// <summary>The broadcast address of its network; null when none.</summary>
    public NetAddress? Broadcast { get; init; }

    /// <summary>The network that the address is in.</summary>
    public Prefix Network => Prefix.Of(Address, PrefixLength);
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
