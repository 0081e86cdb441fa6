namespace Sluice.Kubernetes.Configuration;

/// <summary>Checks what single values cannot show: which of them do not go together. As kube-proxy does when it starts.</summary>
public static class ConfigurationCheck
{
    /// <summary>The first problem; null when there is none.</summary>
    public static ConfigurationProblem? Find(ProxyConfiguration configuration) =>
        Periods("iptables", configuration.Iptables.SyncPeriod, configuration.Iptables.MinSyncPeriod) ??
        Periods("nftables", configuration.Nftables.SyncPeriod, configuration.Nftables.MinSyncPeriod) ??
        (configuration.Mode == RoutingMode.Ipvs ? Periods("ipvs", configuration.Ipvs.SyncPeriod, configuration.Ipvs.MinSyncPeriod) : null) ??
        configuration.DetectLocalMode switch
        {
            DetectLocalMode.BridgeInterface when configuration.DetectLocal.BridgeInterface.Length == 0 =>
                Missing("BridgeInterface", "detectLocal.bridgeInterface"),
            DetectLocalMode.InterfaceNamePrefix when configuration.DetectLocal.InterfaceNamePrefix.Length == 0 =>
                Missing("InterfaceNamePrefix", "detectLocal.interfaceNamePrefix"),
            _ => null,
        };

    private static ConfigurationProblem? Periods(string section, TimeSpan sync, TimeSpan minimum) => minimum > sync
        ? new ConfigurationProblem($"{section}.minSyncPeriod", $"must not be above {section}.syncPeriod ({GoDuration.Write(sync)}), found {GoDuration.Write(minimum)}")
        : null;

    private static ConfigurationProblem Missing(string mode, string field)
    {
        var setting = ConfigurationTable.Of(field);
        return new ConfigurationProblem("detectLocalMode", $"{mode} needs {field} ({setting.FlagName})");
    }
}
