using Sluice.Kubernetes.Api.Connection;

namespace Sluice.Kubernetes.Api.Configuration;

/// <summary>A cluster of a kubeconfig.</summary>
/// <param name="Place">Where it stands, for messages: <c>file: clusters "name"</c>.</param>
internal sealed record KubeconfigCluster(string Place)
{
    public Uri? Server { get; init; }

    public string? TlsServerName { get; init; }

    public bool SkipsVerification { get; init; }

    public PemText? Authority { get; init; }

    public Uri? Proxy { get; init; }

    public bool IsUncompressed { get; init; }
}
