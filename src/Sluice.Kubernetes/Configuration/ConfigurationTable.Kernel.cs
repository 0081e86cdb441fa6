using Sluice.Kubernetes.Configuration.Settings;

namespace Sluice.Kubernetes.Configuration;

public static partial class ConfigurationTable
{
    private const string WindowsOnly = "it is of Windows";

    private static IEnumerable<Setting<ProxyConfiguration>> Conntrack =>
    [
        New("conntrack.maxPerCore", "conntrack-max-per-core", SettingTypes.Count, c => c.Conntrack.MaxPerCore,
            (c, v) => c with { Conntrack = c.Conntrack with { MaxPerCore = v } },
            "Connections that the kernel may track, per processor; 0: leave its limit"),
        New("conntrack.min", "conntrack-min", SettingTypes.Count, c => c.Conntrack.Min, (c, v) => c with { Conntrack = c.Conntrack with { Min = v } },
            "At least so many connections, whatever the processors"),
        New("conntrack.tcpEstablishedTimeout", "conntrack-tcp-timeout-established", SettingTypes.Duration, c => c.Conntrack.TcpEstablishedTimeout,
            (c, v) => c with { Conntrack = c.Conntrack with { TcpEstablishedTimeout = v } },
            "How long an idle TCP connection is known; 0: leave the kernel's"),
        New("conntrack.tcpCloseWaitTimeout", "conntrack-tcp-timeout-close-wait", SettingTypes.Duration, c => c.Conntrack.TcpCloseWaitTimeout,
            (c, v) => c with { Conntrack = c.Conntrack with { TcpCloseWaitTimeout = v } },
            "How long a TCP connection in CLOSE_WAIT is known; 0: leave the kernel's"),
        New("conntrack.tcpBeLiberal", "conntrack-tcp-be-liberal", SettingTypes.Boolean, c => c.Conntrack.TcpBeLiberal,
            (c, v) => c with { Conntrack = c.Conntrack with { TcpBeLiberal = v } },
            "Take packets outside of the window for part of their connection"),
        New("conntrack.udpTimeout", "conntrack-udp-timeout", SettingTypes.Duration, c => c.Conntrack.UdpTimeout,
            (c, v) => c with { Conntrack = c.Conntrack with { UdpTimeout = v } },
            "How long UDP without an answer is known; 0: leave the kernel's"),
        New("conntrack.udpStreamTimeout", "conntrack-udp-timeout-stream", SettingTypes.Duration, c => c.Conntrack.UdpStreamTimeout,
            (c, v) => c with { Conntrack = c.Conntrack with { UdpStreamTimeout = v } },
            "How long UDP that goes both ways is known; 0: leave the kernel's"),
    ];

    private static IEnumerable<Setting<ProxyConfiguration>> Ipvs =>
    [
        New("ipvs.syncPeriod", "ipvs-sync-period", SettingTypes.Period, c => c.Ipvs.SyncPeriod, (c, v) => c with { Ipvs = c.Ipvs with { SyncPeriod = v } },
            "How often to look for what others changed, and the longest wait after a failure") with { IsZeroDefault = true },
        New("ipvs.minSyncPeriod", "ipvs-min-sync-period", SettingTypes.Duration, c => c.Ipvs.MinSyncPeriod,
            (c, v) => c with { Ipvs = c.Ipvs with { MinSyncPeriod = v } }, "The shortest time from one write to the next") with
            { Reason = "counted from the start of a write, where kube-proxy counts from its end" },
        New("ipvs.scheduler", "ipvs-scheduler", SettingTypes.Name, c => c.Ipvs.Scheduler, (c, v) => c with { Ipvs = c.Ipvs with { Scheduler = v } },
            "How endpoints are chosen: any scheduler of the kernel (rr, wrr, lc, wlc, sh, mh ...); without it rr") with
            { Reason = "a Service whose endpoints have unequal weights gets wrr in the place of rr" },
        New("ipvs.excludeCIDRs", "ipvs-exclude-cidrs", new ListType<Net.Prefix>(new PrefixType()), c => c.Ipvs.ExcludeCidrs,
            (c, v) => c with { Ipvs = c.Ipvs with { ExcludeCidrs = v } }, "Ranges whose virtual servers are left alone when no Service has them"),
        New("ipvs.strictARP", "ipvs-strict-arp", SettingTypes.Boolean, c => c.Ipvs.StrictArp, (c, v) => c with { Ipvs = c.Ipvs with { StrictArp = v } },
            "Answer no ARP for Service addresses: sets arp_ignore=1 and arp_announce=2").Live() with { Reason = "switched off again, it leaves both as they are" },
        New("ipvs.tcpTimeout", "ipvs-tcp-timeout", SettingTypes.Duration, c => c.Ipvs.TcpTimeout, (c, v) => c with { Ipvs = c.Ipvs with { TcpTimeout = v } },
            "How long IPVS knows an idle TCP connection; 0: leave the kernel's").Live(),
        New("ipvs.tcpFinTimeout", "ipvs-tcpfin-timeout", SettingTypes.Duration, c => c.Ipvs.TcpFinTimeout,
            (c, v) => c with { Ipvs = c.Ipvs with { TcpFinTimeout = v } }, "How long it knows a TCP connection after a FIN; 0: leave the kernel's").Live(),
        New("ipvs.udpTimeout", "ipvs-udp-timeout", SettingTypes.Duration, c => c.Ipvs.UdpTimeout, (c, v) => c with { Ipvs = c.Ipvs with { UdpTimeout = v } },
            "How long it knows UDP; 0: leave the kernel's").Live(),
    ];

    private static IEnumerable<Setting<ProxyConfiguration>> Windows => new Setting<ProxyConfiguration>[]
    {
        New("winkernel.networkName", null, SettingTypes.Name, c => c.Winkernel.NetworkName,
            (c, v) => c with { Winkernel = c.Winkernel with { NetworkName = v } }, "The network to make endpoints in"),
        New("winkernel.sourceVip", null, SettingTypes.Text, c => c.Winkernel.SourceVip, (c, v) => c with { Winkernel = c.Winkernel with { SourceVip = v } },
            "The source address of translated connections"),
        New("winkernel.enableDSR", null, SettingTypes.Boolean, c => c.Winkernel.EnableDsr, (c, v) => c with { Winkernel = c.Winkernel with { EnableDsr = v } },
            "Let answers go past the node"),
        New("winkernel.rootHnsEndpointName", null, SettingTypes.Name, c => c.Winkernel.RootHnsEndpointName,
            (c, v) => c with { Winkernel = c.Winkernel with { RootHnsEndpointName = v } }, "The endpoint of the root network namespace"),
        New("winkernel.forwardHealthCheckVip", null, SettingTypes.Boolean, c => c.Winkernel.ForwardHealthCheckVip,
            (c, v) => c with { Winkernel = c.Winkernel with { ForwardHealthCheckVip = v } }, "Forward health checks"),
        New("windowsRunAsService", null, SettingTypes.Boolean, c => c.WindowsRunAsService, (c, v) => c with { WindowsRunAsService = v },
            "Run as a service of Windows"),
    }.Select(s => s.Without(WindowsOnly));

    private static IEnumerable<Setting<ProxyConfiguration>> Retired =>
    [
        New("portRange", null, SettingTypes.Text, c => c.PortRange, (c, v) => c with { PortRange = v }, "Ports of userspace mode")
            .Without("kube-proxy does not use it either"),
        Old("udpIdleTimeout", "UDP of userspace mode", "kube-proxy 1.26 dropped it with userspace mode"),
        Old("resourceContainer", "A container for the proxy itself", "kube-proxy dropped it"),
        Old("conntrack.max", "Connections that the kernel may track", "kube-proxy dropped it for conntrack.maxPerCore"),
        Old("iptables.snatNodeInternalIP", "Masquerade to the node's InternalIP", "it is newer than kube-proxy 1.36") with { State = SettingState.Refused },
    ];

    private static RetiredField<ProxyConfiguration> Old(string field, string description, string reason) =>
        new() { Field = field, Description = description, State = SettingState.Ignored, Reason = reason };
}
