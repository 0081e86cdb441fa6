using Sluice.Kubernetes.Configuration;
using Sluice.Kubernetes.Configuration.Settings;
using Sluice.Output;

namespace Sluice.Commands;

/// <summary>The document of every flag and field of the proxy, <c>docs/kube-proxy-options.md</c>, which a test compares with this.</summary>
internal static class SettingDocument
{
    private const string Introduction = """
        Every flag of kube-proxy 1.32 to 1.36 and every field of its configuration file (kubeproxy.config.k8s.io/v1alpha1), what becomes of it in
        `sluice proxy`, and Sluice's own flags. This file is generated from the table that reads them.

        - **honoured**: it does what it does in kube-proxy, but for what is noted.
        - **ignored**: it is read and checked, and changes nothing; when it is set to something, the log says so.
        - **refused**: to ask for it is an error.
        - **live**: a change in the file takes effect while traffic is routed. Other changes begin routing anew within the process; the rules stay
          in the kernel meanwhile.
        """;

    /// <summary>Every setting, in the order of the document and of the help.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. ProxyFlagTable.All, .. ConfigurationTable.All];

    /// <summary>The document.</summary>
    public static string Write() => ReferenceTable.Write("Flags and configuration", Introduction, All.GroupBy(s => s.Group, StringComparer.Ordinal).Select(Table));

    private static ReferenceTable Table(IGrouping<string, Setting> group) =>
        new(group.Key, ["flag", "field", "default", "state", "what it does"], [.. group.Select(Row)]);

    private static IReadOnlyList<string> Row(Setting setting) =>
    [
        setting.Flag is null ? "" : string.Join(", ", setting.Aliases.Append(setting.FlagName).Select(Code)),
        setting.Field is null ? "" : Code(setting.Field),
        setting.DefaultText.Length == 0 ? "" : Code(setting.DefaultText),
        setting.State.ToString().ToLowerInvariant() + (setting.IsLive ? ", live" : "") + (setting.IsKubeProxys ? "" : ", Sluice's own"),
        setting.Reason.Length == 0 ? setting.Description : $"{setting.Description}. *{char.ToUpperInvariant(setting.Reason[0])}{setting.Reason[1..]}.*",
    ];

    private static string Code(string text) => $"`{text}`";
}
