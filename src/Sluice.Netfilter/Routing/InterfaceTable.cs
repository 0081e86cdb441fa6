using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>A node's network interfaces, as <c>ip address</c> prints them.</summary>
/// <param name="Interfaces">The interfaces in the kernel's order.</param>
public sealed record InterfaceTable(EquatableArray<NetInterface> Interfaces)
{
    private AddressIndex? _index;

    /// <summary>Whether one of the interfaces has the address.</summary>
    public bool HasAddress(NetAddress address) => Index.Owners.ContainsKey(address);

    /// <summary>The interface of that name; null when there is none.</summary>
    public NetInterface? Find(string name) => Interfaces.FirstOrDefault(i => i.Name == name);

    /// <summary>The first interface that has the address; null when none has.</summary>
    public NetInterface? Owner(NetAddress address) => Index.Owners.GetValueOrDefault(address);

    /// <summary>
    /// The address that the kernel gives to what leaves through an interface: for a locally made packet without a source, and
    /// for MASQUERADE (which asks with the next hop and scope global). IPv4: the first primary address whose network holds the
    /// next hop, else the first primary one, else one of another interface (inet_select_addr). IPv6: the rules of RFC 6724
    /// (ipv6_dev_get_saddr).
    /// </summary>
    /// <param name="interfaceName">The outgoing interface.</param>
    /// <param name="nextHopOrDestination">
    /// IPv4: the router, or the destination when it is on the link; unspecified (0.0.0.0) when nothing is preferred.
    /// IPv6: the destination.
    /// </param>
    /// <param name="scope">IPv4: the farthest the address may be limited to; an address of a narrower scope is not taken.</param>
    /// <returns>The address; null when none fits.</returns>
    public NetAddress? SelectSource(string interfaceName, NetAddress nextHopOrDestination, AddressScope scope = AddressScope.Global) =>
        nextHopOrDestination.Family == IPFamily.IPv4
            ? SourceSelection.SelectV4(this, interfaceName, nextHopOrDestination, scope)
            : SourceSelection.SelectV6(this, interfaceName, nextHopOrDestination);

    /// <summary>Equal interfaces.</summary>
    public bool Equals(InterfaceTable? other) => other is not null && Interfaces.Equals(other.Interfaces);

    /// <inheritdoc/>
    public override int GetHashCode() => Interfaces.GetHashCode();

    // "with" copies the cache too: it counts only for the interfaces it was made of.
    private AddressIndex Index => _index is { } index && index.Of.IsSame(Interfaces) ? index : _index = new AddressIndex(Interfaces);

    private sealed class AddressIndex
    {
        public AddressIndex(EquatableArray<NetInterface> interfaces)
        {
            Of = interfaces;
            foreach (var netInterface in interfaces)
            {
                foreach (var address in netInterface.Addresses)
                {
                    Owners.TryAdd(address.Address, netInterface);
                }
            }
        }

        public EquatableArray<NetInterface> Of { get; }

        public Dictionary<NetAddress, NetInterface> Owners { get; } = [];
    }
}
