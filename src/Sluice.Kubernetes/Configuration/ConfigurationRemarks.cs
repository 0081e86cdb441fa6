using Sluice.Kubernetes.Configuration.Settings;

namespace Sluice.Kubernetes.Configuration;

/// <summary>What a person must be told of a configuration that is in order: which of its values change nothing.</summary>
public static class ConfigurationRemarks
{
    /// <summary>The remarks, each one line.</summary>
    public static IEnumerable<string> Of(ProxyConfiguration configuration) => ConfigurationTable.All
        .Where(s => s.State == SettingState.Ignored && s.Field != "featureGates" && !s.AreSame(configuration, ProxyConfiguration.Default))
        .Select(s => $"{s.Name} has no effect: {s.Reason}")
        .Concat(FeatureGates.Remarks(configuration.FeatureGates));

    /// <summary>The fields in which two configurations differ.</summary>
    public static IReadOnlyList<Setting<ProxyConfiguration>> Differences(ProxyConfiguration one, ProxyConfiguration other) =>
        [.. ConfigurationTable.All.Where(s => !s.AreSame(one, other))];
}
