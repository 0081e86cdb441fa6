using System.Net;

namespace Sluice.Daemon;

/// <summary>Where and how the proxy answers over HTTP.</summary>
internal sealed record ServingSettings
{
    /// <summary>kube-proxy's addresses.</summary>
    public static ServingSettings Default { get; } = new()
    {
        HealthzBindAddress = new IPEndPoint(IPAddress.Any, 10256),
        MetricsBindAddress = new IPEndPoint(IPAddress.Loopback, 10249),
    };

    /// <summary>Where health is served (<c>--healthz-bind-address</c>); null for nowhere, port 0 for any that is free.</summary>
    public IPEndPoint? HealthzBindAddress { get; init; }

    /// <summary>Where metrics are served (<c>--metrics-bind-address</c>); null for nowhere, port 0 for any that is free.</summary>
    public IPEndPoint? MetricsBindAddress { get; init; }

    /// <summary>Whether the proxy ends when one of these cannot be had (<c>--bind-address-hard-fail</c>); else it tries again.</summary>
    public bool BindAddressHardFail { get; init; }

    /// <summary>The configuration in JSON, for <c>/configz</c>.</summary>
    public Func<ReadOnlyMemory<byte>> Configuration { get; init; } = () => "{}"u8.ToArray();

    /// <summary>How often metrics are sent by OTLP, to where OpenTelemetry's environment variables say; null for never.</summary>
    public TimeSpan? OtlpPeriod { get; init; }
}
