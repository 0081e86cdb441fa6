using Sluice.Net;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>What the sets of the table are called, and what their keys and elements are.</summary>
internal static class TableSets
{
    // In the order of TableSet.
    private static readonly SetShape[] s_shapes =
    [
        new("affine-nodeports", SetKey.NodePort, SetData.Verdict),
        new("affine-services", SetKey.Address, SetData.Verdict),
        new("affinity", SetKey.ClientAndAddress, SetData.Endpoint),
        new("allowed-sources", SetKey.AddressAndSource, SetData.None),
        new("cluster-ips", SetKey.IP, SetData.None),
        new("counted-connections", SetKey.Address, SetData.None),
        new("counted-nodeport-connections", SetKey.NodePort, SetData.None),
        new("counted-nodeport-packets", SetKey.NodePort, SetData.None),
        new("counted-packets", SetKey.Address, SetData.None),
        new("endpoints", SetKey.AddressAndSlot, SetData.Endpoint),
        new("firewalled-ips", SetKey.Address, SetData.Verdict),
        new("hairpin", SetKey.IPTwice, SetData.None),
        new("health-check-ports", SetKey.NodePort, SetData.None),
        new("local-endpoints", SetKey.AddressAndSlot, SetData.Endpoint),
        new("local-ips", SetKey.Address, SetData.Verdict),
        new("local-nodeport-endpoints", SetKey.NodePortAndSlot, SetData.Endpoint),
        new("local-nodeports", SetKey.NodePort, SetData.Verdict),
        new("nodeport-endpoints", SetKey.NodePortAndSlot, SetData.Endpoint),
        new("nodeport-ips", SetKey.IP, SetData.None),
        new("nodeport-short-circuits", SetKey.NodePort, SetData.Verdict),
        new("service-cidrs", SetKey.IP, SetData.None),
        new("service-ips", SetKey.Address, SetData.Verdict),
        new("service-nodeports", SetKey.NodePort, SetData.Verdict),
        new("short-circuits", SetKey.Address, SetData.Verdict),
    ];

    /// <summary>How many there may be.</summary>
    public static int Count => s_shapes.Length;

    /// <summary>A set's name.</summary>
    public static string NameOf(TableSet set) => s_shapes[(int)set].Name;

    /// <summary>A set without elements.</summary>
    public static NftSet Make(TableSet set, NftablesPlanOptions options)
    {
        var shape = s_shapes[(int)set];
        var ip = options.Family == IPFamily.IPv4 ? NftType.IPv4Address : NftType.IPv6Address;
        return new NftSet(shape.Name, new NftKeyType(KeyOf(shape.Key, ip)), [])
        {
            Data = shape.Data switch
            {
                SetData.Verdict => new NftKeyType([NftType.Verdict]),
                SetData.Endpoint => new NftKeyType([ip, NftType.InetService]),
                _ => null,
            },
            Flags = set switch
            {
                TableSet.Affinity => NftSetFlags.Timeout | NftSetFlags.Dynamic,
                TableSet.AllowedSources or TableSet.ServiceCidrs => NftSetFlags.Interval,
                _ => NftSetFlags.None,
            },
            Size = set == TableSet.Affinity ? options.AffinityClients : null,
            HasCounters = IsCounted(set),
        };
    }

    /// <summary>Whether each element counts.</summary>
    public static bool IsCounted(TableSet set) => set is TableSet.CountedConnections or TableSet.CountedNodePortConnections
        or TableSet.CountedPackets or TableSet.CountedNodePortPackets;

    /// <summary>Whether its keys begin with a node port.</summary>
    public static bool IsOfNodePorts(TableSet set) => s_shapes[(int)set].Key is SetKey.NodePort or SetKey.NodePortAndSlot;

    private static EquatableArray<NftType> KeyOf(SetKey key, NftType ip) => key switch
    {
        SetKey.IP => [ip],
        SetKey.IPTwice => [ip, ip],
        SetKey.NodePort => [NftType.InetProtocol, NftType.InetService],
        SetKey.NodePortAndSlot => [NftType.InetProtocol, NftType.InetService, NftType.Mark],
        SetKey.Address => [ip, NftType.InetProtocol, NftType.InetService],
        SetKey.AddressAndSlot => [ip, NftType.InetProtocol, NftType.InetService, NftType.Mark],
        SetKey.AddressAndSource => [ip, NftType.InetProtocol, NftType.InetService, ip],
        SetKey.ClientAndAddress => [ip, ip, NftType.InetProtocol, NftType.InetService],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private enum SetKey
    {
        IP,
        IPTwice,
        NodePort,
        NodePortAndSlot,
        Address,
        AddressAndSlot,
        AddressAndSource,
        ClientAndAddress,
    }

    private enum SetData
    {
        None,
        Verdict,
        Endpoint,
    }

    private sealed record SetShape(string Name, SetKey Key, SetData Data);
}
