using System.Globalization;
using System.Text.Json;
using Sluice.Daemon;
using Sluice.Kubernetes.Configuration;
using Sluice.Output;

namespace Sluice.Commands;

/// <summary>Where the proxy answers over HTTP, and where it sends metrics to.</summary>
internal static class ServingSettingsMaker
{
    /// <summary>What the configuration and OpenTelemetry's environment variables say.</summary>
    /// <exception cref="CommandFailure">The variables do not make sense.</exception>
    public static ServingSettings Of(ProxyConfiguration configuration, Func<string, string?> environment) => new()
    {
        HealthzBindAddress = configuration.HealthzBindAddress?.ToEndPoint(),
        MetricsBindAddress = configuration.MetricsBindAddress?.ToEndPoint(),
        BindAddressHardFail = configuration.BindAddressHardFail,
        Configuration = () => Document.Bytes(json => WriteConfigz(json, configuration), indented: false),
        OtlpPeriod = OtlpPeriod(environment),
    };

    // As kube-proxy's /configz, by the name of the configuration's group.
    private static void WriteConfigz(Utf8JsonWriter json, ProxyConfiguration configuration)
    {
        json.WriteStartObject();
        json.WritePropertyName("kubeproxy.config.k8s.io");
        ConfigurationWriter.Write(json, configuration);
        json.WriteEndObject();
    }

    // https://opentelemetry.io/docs/specs/otel/protocol/exporter/ and .../configuration/sdk-environment-variables/
    private static TimeSpan? OtlpPeriod(Func<string, string?> environment)
    {
        const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT", Interval = "OTEL_METRIC_EXPORT_INTERVAL";
        if (environment(Endpoint) is not { Length: > 0 } endpoint)
        {
            return null;
        }

        return !Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            ? throw new CommandFailure($"{Endpoint}: expected an address such as http://127.0.0.1:4317, not '{endpoint.ReplaceLineEndings(" ")}'")
            : environment(Interval) is not { Length: > 0 } text ? TimeSpan.FromSeconds(60)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0 ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new CommandFailure($"{Interval}: expected a number of milliseconds above 0, not '{text.ReplaceLineEndings(" ")}'");
    }
}
