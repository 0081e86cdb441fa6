using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Sluice.Daemon.Telemetry;

/// <summary>
/// Sends the metrics of <see cref="MetricRegistry"/> by OTLP, period by period, until disposed. It adds up what instruments report from its
/// start on, so it is to start before them.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    // At the end: whoever does not take metrics shall not hold the proxy up.
    private const int FarewellMilliseconds = 1000;

    private readonly MeterProvider _provider;

    private OtlpExport(MeterProvider provider) => _provider = provider;

    /// <summary>Starts.</summary>
    /// <param name="options">Where to and how; by itself it reads OpenTelemetry's environment variables.</param>
    /// <param name="period">How often.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="log">Where to tell when nobody takes them.</param>
    public static OtlpExport Start(OtlpExporterOptions options, TimeSpan period, string node, EventLog log)
    {
        log.Info("sending metrics by OTLP", ("to", options.Endpoint), ("every", period));
        var reader = new PeriodicExportingMetricReader(new TellingExporter(options, log), (int)period.TotalMilliseconds, options.TimeoutMilliseconds);
        return new OtlpExport(Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty()
                .AddService("sluice", serviceVersion: typeof(OtlpExport).Assembly.GetName().Version?.ToString(3), serviceInstanceId: node)
                .AddTelemetrySdk()
                .AddEnvironmentVariableDetector())
            .AddMeter(MetricRegistry.MeterName)
            .AddReader(reader)
            .Build());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = _provider.Shutdown(FarewellMilliseconds);
        _provider.Dispose();
    }

    // Says once that nobody takes the metrics, and once that somebody does again.
    private sealed class TellingExporter : OtlpMetricExporter
    {
        private readonly Uri _endpoint;
        private readonly EventLog _log;
        private bool _fails;

        public TellingExporter(OtlpExporterOptions options, EventLog log)
            : base(options) => (_endpoint, _log) = (options.Endpoint, log);

        public override ExportResult Export(in Batch<Metric> metrics)
        {
            var result = base.Export(metrics);
            var fails = result != ExportResult.Success;
            if (fails && !_fails)
            {
                _log.Warn("metrics cannot be sent by OTLP; trying again each period", ("to", _endpoint));
            }
            else if (!fails && _fails)
            {
                _log.Info("metrics are sent by OTLP again", ("to", _endpoint));
            }

            _fails = fails;
            return result;
        }
    }
}
