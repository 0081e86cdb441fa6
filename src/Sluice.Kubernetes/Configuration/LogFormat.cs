namespace Sluice.Kubernetes.Configuration;

/// <summary>How log lines are written.</summary>
public enum LogFormat
{
    /// <summary>As <c>key=value</c>.</summary>
    Text,

    /// <summary>As one JSON object each.</summary>
    Json,
}
