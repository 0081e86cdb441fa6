using System.CommandLine;
using System.Globalization;
using System.Net;
using Sluice.Daemon;
using Sluice.Net;

namespace Sluice.Commands;

/// <summary>The flags that say where the proxy answers over HTTP; they have kube-proxy's names.</summary>
internal sealed class ServingOptions
{
    private readonly Option<string?> _healthz = Address("--healthz-bind-address", "Where health is served: /healthz, /livez, /readyz (default 0.0.0.0:10256; empty for nowhere)");
    private readonly Option<string?> _metrics = Address("--metrics-bind-address", "Where metrics are served (default 127.0.0.1:10249; empty for nowhere)");
    private readonly Option<bool> _hardFail = new("--bind-address-hard-fail") { Description = "End when one of these addresses cannot be had, instead of trying again" };

    /// <summary>Adds the flags to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_healthz);
        command.Add(_metrics);
        command.Add(_hardFail);
    }

    /// <summary>What they and OpenTelemetry's environment variables say.</summary>
    /// <exception cref="CommandFailure">They do not make sense.</exception>
    public ServingSettings Read(ParseResult parsed, Func<string, string?> environment) => ServingSettings.Default with
    {
        HealthzBindAddress = Read(_healthz, parsed, ServingSettings.Default.HealthzBindAddress!),
        MetricsBindAddress = Read(_metrics, parsed, ServingSettings.Default.MetricsBindAddress!),
        BindAddressHardFail = parsed.GetValue(_hardFail),
        OtlpPeriod = OtlpPeriod(environment),
    };

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

    private static IPEndPoint? Read(Option<string?> option, ParseResult parsed, IPEndPoint usual)
    {
        var text = parsed.GetValue(option);
        return text is null ? usual
            : text.Length == 0 ? null
            : NetAddress.TryParse(text, out var alone) ? new IPEndPoint(alone.ToIPAddress(), usual.Port)
            : text.Contains(':') && IPEndPoint.TryParse(text.StartsWith(':') ? "0.0.0.0" + text : text, out var address) ? address
            : throw new CommandFailure($"{option.Name}: expected an address and port such as {usual}, not '{text.ReplaceLineEndings(" ")}'");
    }

    private static Option<string?> Address(string name, string description) => new(name) { Description = description, HelpName = "ADDRESS:PORT" };
}
