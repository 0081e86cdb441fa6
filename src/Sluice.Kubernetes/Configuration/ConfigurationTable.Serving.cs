using Sluice.Kubernetes.Configuration.Settings;

namespace Sluice.Kubernetes.Configuration;

public static partial class ConfigurationTable
{
    private const string AlphaStreams = "all lines go to standard error, unbuffered";

    private static IEnumerable<Setting<ProxyConfiguration>> Serving =>
    [
        New("healthzBindAddress", "healthz-bind-address", new ListenAddressType(ListenAddress.HealthzPort), c => c.HealthzBindAddress,
            (c, v) => c with { HealthzBindAddress = v }, "Where health is served; an empty text: nowhere") with { IsZeroDefault = true },
        New("metricsBindAddress", "metrics-bind-address", new ListenAddressType(ListenAddress.MetricsPort), c => c.MetricsBindAddress,
            (c, v) => c with { MetricsBindAddress = v }, "Where metrics are served; an empty text: nowhere") with { IsZeroDefault = true },
        New("bindAddressHardFail", "bind-address-hard-fail", SettingTypes.Boolean, c => c.BindAddressHardFail, (c, v) => c with { BindAddressHardFail = v },
            "End when one of these cannot be had, instead of trying again"),
        New("enableProfiling", "profiling", SettingTypes.Boolean, c => c.EnableProfiling, (c, v) => c with { EnableProfiling = v },
            "Serve profiles beside the metrics").Without("there are no pprof profiles of .NET: dotnet-trace and dotnet-counters attach to the process"),
        New("showHiddenMetricsForVersion", "show-hidden-metrics-for-version", new TextType("VERSION", "a minor version such as 1.35", IsMinorVersion),
            c => c.ShowHiddenMetricsForVersion, (c, v) => c with { ShowHiddenMetricsForVersion = v },
            "A minor version whose hidden metrics are shown").Without("no metric is hidden"),
    ];

    private static IEnumerable<Setting<ProxyConfiguration>> Logging =>
    [
        New("logging.verbosity", "v", SettingTypes.Count, c => c.Logging.Verbosity, (c, v) => c with { Logging = c.Logging with { Verbosity = v } },
            "1 and more to tell details").Live() with { Aliases = ["-v"], OverridesFile = true },
        New("logging.format", "logging-format",
            new WordType<LogFormat>("FORMAT", [("", LogFormat.Text), ("text", LogFormat.Text), ("json", LogFormat.Json)]),
            c => c.Logging.Format, (c, v) => c with { Logging = c.Logging with { Format = v } },
            "How log lines are written: text (key=value) or json (an object each)").Live() with { OverridesFile = true },
        Stream(New("logging.flushFrequency", "log-flush-frequency", new DurationType(takesNanoseconds: true), c => c.Logging.FlushFrequency,
            (c, v) => c with { Logging = c.Logging with { FlushFrequency = v } }, "How long log lines may wait") with { IsZeroDefault = true }),
        Stream(New("logging.vmodule", "vmodule", new ListType<ModuleVerbosity>(new ModuleType()), c => c.Logging.Vmodule,
            (c, v) => c with { Logging = c.Logging with { Vmodule = v } }, "Other verbosities for some source files"), "the source files are others"),
        Stream(New("logging.options.text.splitStream", "log-text-split-stream", SettingTypes.Boolean, c => c.Logging.Text.SplitStream,
            (c, v) => c with { Logging = c.Logging with { Text = c.Logging.Text with { SplitStream = v } } }, "Text: errors and the rest to two streams")),
        Stream(New("logging.options.text.infoBufferSize", "log-text-info-buffer-size", SettingTypes.Quantity, c => c.Logging.Text.InfoBufferSize,
            (c, v) => c with { Logging = c.Logging with { Text = c.Logging.Text with { InfoBufferSize = v } } }, "Text: how many bytes may wait")),
        Stream(New("logging.options.json.splitStream", "log-json-split-stream", SettingTypes.Boolean, c => c.Logging.Json.SplitStream,
            (c, v) => c with { Logging = c.Logging with { Json = c.Logging.Json with { SplitStream = v } } }, "JSON: errors and the rest to two streams")),
        Stream(New("logging.options.json.infoBufferSize", "log-json-info-buffer-size", SettingTypes.Quantity, c => c.Logging.Json.InfoBufferSize,
            (c, v) => c with { Logging = c.Logging with { Json = c.Logging.Json with { InfoBufferSize = v } } }, "JSON: how many bytes may wait")),
    ];

    private static Setting<ProxyConfiguration> Stream(Setting<ProxyConfiguration> setting, string reason = AlphaStreams) =>
        setting.Without(reason) with { OverridesFile = true };

    // The previous one, says kube-proxy; versions here are not Kubernetes'.
    private static bool IsMinorVersion(string text) =>
        text.Length == 0 || (text.Split('.') is [var major, var minor] && uint.TryParse(major, out _) && uint.TryParse(minor, out _));
}
