using Sluice.Kubernetes.Api.Connection;

namespace Sluice.Kubernetes.Api;

/// <summary>Where an API server is, how it is known to be the right one, and who asks it.</summary>
/// <param name="Server">Its address, <c>https://10.0.0.1:6443</c>; a path before the API's own is kept.</param>
public sealed record ApiConnection(Uri Server)
{
    /// <summary>What to call it in messages: its address, without secrets that somebody wrote into it.</summary>
    public string Name => Server.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');

    /// <summary>The name its certificate must have, which it is asked for (SNI, Host); null for the one in <c>Server</c>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Whether any certificate will do.</summary>
    public bool SkipsVerification { get; init; }

    /// <summary>Who vouches for its certificate; null for whom the system trusts.</summary>
    public PemText? Authority { get; init; }

    /// <summary>The certificate of who asks; null for none.</summary>
    public PemText? ClientCertificate { get; init; }

    /// <summary>Its private key.</summary>
    public PemText? ClientKey { get; init; }

    /// <summary>Who asks, if not by certificate.</summary>
    public ApiCredential Credential { get; init; } = new ApiCredential.None();

    /// <summary>The proxy on the way (http, https or socks5); null for what the environment says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Whether answers come uncompressed.</summary>
    public bool IsUncompressed { get; init; }
}
