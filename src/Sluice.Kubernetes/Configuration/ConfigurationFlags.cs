namespace Sluice.Kubernetes.Configuration;

/// <summary>What flags mean for more than their own field, as kube-proxy has it: some count in whichever mode is chosen.</summary>
public static class ConfigurationFlags
{
    /// <summary>A configuration of flags alone with what follows from them.</summary>
    /// <param name="configuration">The flags in their own fields.</param>
    /// <param name="given">The fields of the flags that were given.</param>
    public static ProxyConfiguration Complete(ProxyConfiguration configuration, IReadOnlySet<string> given)
    {
        var (iptables, nftables) = (configuration.Iptables, configuration.Nftables);
        return configuration with
        {
            Nftables = nftables with
            {
                MasqueradeAll = nftables.MasqueradeAll || iptables.MasqueradeAll,
                SyncPeriod = Counts("syncPeriod") ? iptables.SyncPeriod : nftables.SyncPeriod,
                MinSyncPeriod = Counts("minSyncPeriod") ? iptables.MinSyncPeriod : nftables.MinSyncPeriod,
            },
        };

        bool Counts(string field) => given.Contains("iptables." + field) && !given.Contains("nftables." + field);
    }
}
