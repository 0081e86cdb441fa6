using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Sluice.Kubernetes.Api.Connection;

/// <summary>Says who asks, as the connection has it, renewed when it must be.</summary>
internal sealed class Authenticator(ApiConnection connection, TimeProvider time, IExecCredentialRunner? plugins) : IDisposable
{
    private readonly TokenFile? _tokenFile = connection.Credential is ApiCredential.TokenFile file ? new TokenFile(file.Path, time) : null;

    private readonly PluginIdentity? _plugin =
        connection.Credential is ApiCredential.Plugin plugin ? new PluginIdentity(plugin.Program, connection, time, plugins) : null;

    private readonly KeyPair? _pair =
        connection is { ClientCertificate: { } certificate, ClientKey: { } key } ? new KeyPair(certificate, key) : null;

    /// <summary>Who asks.</summary>
    /// <param name="isRefused">Whether the server refused what was said before.</param>
    /// <param name="cancellationToken">Ends the waiting for a plugin.</param>
    /// <exception cref="ApiFault">That cannot be said.</exception>
    public async ValueTask<Identity> GetAsync(bool isRefused, CancellationToken cancellationToken) => connection.Credential switch
    {
        ApiCredential.None => new Identity(null, _pair),
        ApiCredential.Token token => new Identity(Bearer(token.Value), _pair),
        ApiCredential.TokenFile => new Identity(Bearer(_tokenFile!.Get(isRefused)), _pair),
        ApiCredential.Password password => new Identity(Basic(password), _pair),
        ApiCredential.Plugin => await _plugin!.GetAsync(isRefused, _pair, cancellationToken).ConfigureAwait(false),
        _ => throw new UnreachableException(),
    };

    /// <inheritdoc/>
    public void Dispose() => _plugin?.Dispose();

    internal static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    private static AuthenticationHeaderValue Basic(ApiCredential.Password password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{password.User}:{password.Value}")));
}
