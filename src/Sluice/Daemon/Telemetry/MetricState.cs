namespace Sluice.Daemon.Telemetry;

/// <summary>How a metric stands to those of kube-proxy.</summary>
internal enum MetricState
{
    /// <summary>Name, type, labels and buckets are kube-proxy's, and the meaning too.</summary>
    Same,

    /// <summary>Sluice's own.</summary>
    Own,

    /// <summary>kube-proxy has it, Sluice does not.</summary>
    NotServed,
}
