using Sluice.Kubernetes.Configuration.Settings;

namespace Sluice.Kubernetes.Configuration;

/// <summary>
/// Every field of kube-proxy's configuration (kubeproxy.config.k8s.io/v1alpha1 of Kubernetes 1.32 to 1.36) with the flag that sets it: what
/// reads it, what writes it, and what becomes of it.
/// </summary>
public static partial class ConfigurationTable
{
    /// <summary>All of them, in the order in which people are told.</summary>
    public static IReadOnlyList<Setting<ProxyConfiguration>> All { get; } =
    [
        .. Group("Cluster and node", Cluster),
        .. Group("Rules", Rules),
        .. Group("IPVS mode", Ipvs),
        .. Group("Serving", Serving),
        .. Group("Connection tracking", Conntrack),
        .. Group("Logging", Logging),
        .. Group("Windows", Windows),
        .. Group("Fields of other versions", Retired),
    ];

    /// <summary>The setting of a field.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static Setting<ProxyConfiguration> Of(string field) => All.First(s => s.Field == field);

    private static IEnumerable<Setting<ProxyConfiguration>> Group(string name, IEnumerable<Setting<ProxyConfiguration>> settings) =>
        settings.Select(s => s with { Group = name });

    private static ValueSetting<ProxyConfiguration, T> New<T>(
        string field, string? flag, SettingType<T> type, Func<ProxyConfiguration, T> get, Func<ProxyConfiguration, T, ProxyConfiguration> set, string description) =>
        new(type, ProxyConfiguration.Default, get, set) { Field = field, Flag = flag, Description = description };

    private static Setting<ProxyConfiguration> Without(this Setting<ProxyConfiguration> setting, string reason) =>
        setting with { State = SettingState.Ignored, Reason = reason };

    private static Setting<ProxyConfiguration> Live(this Setting<ProxyConfiguration> setting) => setting with { IsLive = true };
}
