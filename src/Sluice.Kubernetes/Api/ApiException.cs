namespace Sluice.Kubernetes.Api;

/// <summary>An API server cannot be asked, or does not answer as it should; the message is one line.</summary>
public sealed class ApiException(string message, Exception? inner = null) : Exception(message, inner);
