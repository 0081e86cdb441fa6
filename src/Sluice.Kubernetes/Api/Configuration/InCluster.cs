using Sluice.Kubernetes.Api.Connection;

namespace Sluice.Kubernetes.Api.Configuration;

/// <summary>How a pod reaches the API server of its cluster: by what the kubelet puts into its environment and files.</summary>
public static class InCluster
{
    private const string Account = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The connection; null outside of a pod.</summary>
    /// <param name="environment">Reads a variable.</param>
    /// <param name="folder">Where the files of the service account are; null for the usual place.</param>
    /// <param name="server">An address of the server that counts instead of the environment's; null for none.</param>
    /// <exception cref="KubeconfigException">What is there does not make sense.</exception>
    public static ApiConnection? Find(Func<string, string?> environment, string? folder = null, Uri? server = null)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host || environment("KUBERNETES_SERVICE_PORT") is not { Length: > 0 } port)
        {
            return null;
        }

        var name = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        if (!Uri.TryCreate($"https://{name}:{port}", UriKind.Absolute, out var address))
        {
            throw new KubeconfigException(
                $"KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT: expected a host and a port, found {Json.Shown.Quoted(host)} and {Json.Shown.Quoted(port)}");
        }

        var authority = Path.Combine(folder ?? Account, "ca.crt");
        return new ApiConnection(server ?? address)
        {
            // Without the file, as client-go: whom the system trusts.
            Authority = File.Exists(authority) ? new PemText.InFile(authority) : null,
            Credential = new ApiCredential.TokenFile(Path.Combine(folder ?? Account, "token")),
        };
    }
}
