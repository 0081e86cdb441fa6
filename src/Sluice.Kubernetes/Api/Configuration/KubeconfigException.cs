namespace Sluice.Kubernetes.Api.Configuration;

/// <summary>How to reach an API server is not said as it should be; the message is one line that names file and field.</summary>
public sealed class KubeconfigException(string message, Exception? inner = null) : Exception(message, inner);
