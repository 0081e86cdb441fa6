using Sluice.Kubernetes.Configuration.Settings;

namespace Sluice.Kubernetes.Configuration;

public static partial class ConfigurationTable
{
    private static IEnumerable<Setting<ProxyConfiguration>> Rules =>
    [
        New("mode", "proxy-mode",
            new WordType<RoutingMode>(
                "MODE",
                [("", RoutingMode.Iptables), ("iptables", RoutingMode.Iptables), ("nftables", RoutingMode.Nftables), ("ipvs", RoutingMode.Ipvs), ("auto", RoutingMode.Auto)],
                ("kernelspace", "this is a mode of Windows, take iptables or nftables"),
                ("userspace", "kube-proxy 1.26 dropped this mode, take iptables or nftables")),
            c => c.Mode, (c, v) => c with { Mode = v },
            "How to route: iptables, nftables, ipvs, or auto: nftables where the kernel can, else iptables") with { Reason = "auto is Sluice's own; ipvs is deprecated, as in kube-proxy" },
        New("detectLocalMode", "detect-local-mode",
            new WordType<DetectLocalMode>(
                "MODE",
                [
                    ("", DetectLocalMode.ClusterCidr), ("ClusterCIDR", DetectLocalMode.ClusterCidr), ("NodeCIDR", DetectLocalMode.NodeCidr),
                    ("BridgeInterface", DetectLocalMode.BridgeInterface), ("InterfaceNamePrefix", DetectLocalMode.InterfaceNamePrefix),
                ]),
            c => c.DetectLocalMode, (c, v) => c with { DetectLocalMode = v },
            "How pods' traffic is known: ClusterCIDR, NodeCIDR, BridgeInterface or InterfaceNamePrefix").Live(),
        New("clusterCIDR", "cluster-cidr", new PrefixTextType(), c => c.ClusterCidr, (c, v) => c with { ClusterCidr = v },
            "For ClusterCIDR: the pods' addresses, of one or both families").Live(),
        New("detectLocal.bridgeInterface", "pod-bridge-interface", SettingTypes.Name, c => c.DetectLocal.BridgeInterface,
            (c, v) => c with { DetectLocal = c.DetectLocal with { BridgeInterface = v } },
            "For BridgeInterface: the bridge that pods are attached to").Live(),
        New("detectLocal.interfaceNamePrefix", "pod-interface-name-prefix", new TextType("PREFIX"), c => c.DetectLocal.InterfaceNamePrefix,
            (c, v) => c with { DetectLocal = c.DetectLocal with { InterfaceNamePrefix = v } },
            "For InterfaceNamePrefix: what their interfaces' names begin with").Live(),
        New("nodePortAddresses", "nodeport-addresses", new NodePortsType(), c => c.NodePortAddresses, (c, v) => c with { NodePortAddresses = v },
            "Where node ports are served: address ranges, or the word primary: the node's own address of each family (without it: everywhere with iptables and ipvs, primary with nftables)").Live(),
        New("iptables.masqueradeAll", "masquerade-all", SettingTypes.Boolean, c => c.Iptables.MasqueradeAll,
            (c, v) => c with { Iptables = c.Iptables with { MasqueradeAll = v } },
            "Masquerade everything to cluster addresses").Live() with { Reason = "the flag counts in every mode; the field in iptables and IPVS mode" },
        New("iptables.localhostNodePorts", "iptables-localhost-nodeports", SettingTypes.Boolean, c => c.Iptables.LocalhostNodePorts,
            (c, v) => c with { Iptables = c.Iptables with { LocalhostNodePorts = v } },
            "In iptables mode: serve IPv4 node ports on 127.0.0.0/8 too").Live(),
        New("iptables.masqueradeBit", "iptables-masquerade-bit", SettingTypes.MarkBit, c => c.Iptables.MasqueradeBit,
            (c, v) => c with { Iptables = c.Iptables with { MasqueradeBit = v } },
            "In iptables and IPVS mode: the bit of the packet mark that says masquerade"),
        New("iptables.syncPeriod", "iptables-sync-period", SettingTypes.Period, c => c.Iptables.SyncPeriod,
            (c, v) => c with { Iptables = c.Iptables with { SyncPeriod = v } },
            "How often to look for what others changed, and the longest wait after a failure") with
            { IsZeroDefault = true, Reason = "as in kube-proxy the flag counts in nftables mode too, unless --nftables-sync-period is given" },
        New("iptables.minSyncPeriod", "iptables-min-sync-period", SettingTypes.Duration, c => c.Iptables.MinSyncPeriod,
            (c, v) => c with { Iptables = c.Iptables with { MinSyncPeriod = v } },
            "The shortest time from one write to the next; changes meanwhile are written together") with
            { IsZeroDefault = true, Reason = "counted from the start of a write, where kube-proxy counts from its end; as in kube-proxy the flag counts in nftables mode too" },
        New("nftables.masqueradeAll", null, SettingTypes.Boolean, c => c.Nftables.MasqueradeAll,
            (c, v) => c with { Nftables = c.Nftables with { MasqueradeAll = v } },
            "In nftables mode: masquerade everything to cluster addresses").Live(),
        New("nftables.masqueradeBit", "nftables-masquerade-bit", SettingTypes.MarkBit, c => c.Nftables.MasqueradeBit,
            (c, v) => c with { Nftables = c.Nftables with { MasqueradeBit = v } },
            "In nftables mode: the bit of the packet mark that says masquerade") with { Reason = "kube-proxy has no flag for it" },
        New("nftables.syncPeriod", "nftables-sync-period", SettingTypes.Period, c => c.Nftables.SyncPeriod,
            (c, v) => c with { Nftables = c.Nftables with { SyncPeriod = v } },
            "In nftables mode: how often to look for what others changed, and the longest wait after a failure") with
            { IsZeroDefault = true, Reason = "kube-proxy has no flag for it" },
        New("nftables.minSyncPeriod", "nftables-min-sync-period", SettingTypes.Duration, c => c.Nftables.MinSyncPeriod,
            (c, v) => c with { Nftables = c.Nftables with { MinSyncPeriod = v } },
            "In nftables mode: the shortest time from one write to the next") with
            { IsZeroDefault = true, Reason = "0s, where kube-proxy has 1s: a change costs microseconds; kube-proxy has no flag for it" },
    ];
}
