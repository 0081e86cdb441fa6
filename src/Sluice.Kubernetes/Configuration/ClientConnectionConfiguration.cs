namespace Sluice.Kubernetes.Configuration;

/// <summary><c>clientConnection</c>.</summary>
public sealed record ClientConnectionConfiguration
{
    /// <summary>A kubeconfig file; empty for the service account of a pod.</summary>
    public string Kubeconfig { get; init; } = "";

    /// <summary>What answers may be written in; empty for the content type.</summary>
    public string AcceptContentTypes { get; init; } = "";

    /// <summary>What requests are written in.</summary>
    public string ContentType { get; init; } = "application/vnd.kubernetes.protobuf";

    /// <summary>Requests per second; below 0 for no limit.</summary>
    public float Qps { get; init; } = 5;

    /// <summary>Requests that may go at once before that counts.</summary>
    public int Burst { get; init; } = 10;
}
