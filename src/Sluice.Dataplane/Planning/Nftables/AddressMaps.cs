namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Which sets say what of an address: those of addresses, or those of node ports.</summary>
internal readonly record struct AddressMaps(
    TableSet Main, TableSet ShortCircuits, TableSet Locals, TableSet Learning, TableSet Endpoints, TableSet LocalEndpoints, TableSet Connections, TableSet Packets)
{
    private static readonly AddressMaps s_addresses = new(
        TableSet.ServiceIPs, TableSet.ShortCircuits, TableSet.LocalIPs, TableSet.AffineServices,
        TableSet.Endpoints, TableSet.LocalEndpoints, TableSet.CountedConnections, TableSet.CountedPackets);

    private static readonly AddressMaps s_nodePorts = new(
        TableSet.ServiceNodePorts, TableSet.NodePortShortCircuits, TableSet.LocalNodePorts, TableSet.AffineNodePorts,
        TableSet.NodePortEndpoints, TableSet.LocalNodePortEndpoints, TableSet.CountedNodePortConnections, TableSet.CountedNodePortPackets);

    /// <summary>The sets for an address.</summary>
    public static AddressMaps Of(ServiceAddress address) => address.IsNodePort ? s_nodePorts : s_addresses;
}
