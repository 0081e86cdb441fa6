using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>
/// The Services as IPVS mode has them. Who has which address is known by claims, where a node port is one address; a kernel has it once for each of
/// the node's addresses.
/// </summary>
internal sealed class IpvsMemory(IpvsLayout layout, SharedEntries shared) : ServiceMemory<VirtualPort>
{
    /// <summary>The kernel's addresses that a claimed one stands for: itself, and of a node port also the node's addresses with that port.</summary>
    public IEnumerable<ServiceAddress> Expand(ServiceAddress address) => address.IsNodePort
        ? layout.NodePortIPs.Select(ip => address with { IP = ip, IsNodePort = false }).Prepend(address)
        : [address];

    /// <summary>A kernel's address as it is to be.</summary>
    public VirtualAddress StateOf(ServiceAddress address) => Find(address, OwnerOf) is { Port.Intent: { } intent } owner
        ? VirtualAddress.Of(layout, address, owner.Kind, intent, owner.Port.Comment)
        : VirtualAddress.None;

    /// <summary>A kernel's address as it was to be before the change that is being planned.</summary>
    public VirtualAddress OldStateOf(ServiceAddress address) =>
        Find(address, OldOwnerOf) is { } owner && (owner.Port.IsChanging ? owner.Port.Before : owner.Port.Intent) is { } intent
            ? VirtualAddress.Of(layout, address, owner.Kind, intent, owner.Port.Comment)
            : VirtualAddress.None;

    /// <inheritdoc/>
    protected override VirtualPort Make(ServicePortName name) => new(name);

    /// <inheritdoc/>
    protected override void Hold(PortIntent port) => shared.Hold(port);

    /// <inheritdoc/>
    protected override void Share(PortIntent? before, PortIntent? after) => shared.Change(before, after);

    private Claim<VirtualPort>? OldOwnerOf(ServiceAddress address) => Touched.TryGetValue(address, out var owner) ? owner : OwnerOf(address);

    // What a Service says of an address of the node goes before a node port.
    private Claim<VirtualPort>? Find(ServiceAddress address, Func<ServiceAddress, Claim<VirtualPort>?> ownerOf) =>
        ownerOf(address) ?? (!address.IsNodePort && layout.ServesNodePorts(address.IP) ? ownerOf(ServiceAddress.NodePort(address.Protocol, address.Port)) : null);
}
