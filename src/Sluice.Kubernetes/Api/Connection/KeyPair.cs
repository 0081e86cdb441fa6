using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api.Connection;

/// <summary>The certificate of who asks, with its private key (RSA or EC, in PKCS #1, SEC 1 or PKCS #8).</summary>
/// <param name="Certificate">The certificate, and those between it and the authority.</param>
/// <param name="Key">The key.</param>
internal sealed record KeyPair(PemText Certificate, PemText Key)
{
    /// <summary>Reads both as they are now.</summary>
    /// <exception cref="ApiFault">They cannot be read, or do not belong together: a renewal is half done.</exception>
    public SslStreamCertificateContext Read()
    {
        var text = Certificate.Read();
        try
        {
            var own = X509Certificate2.CreateFromPem(text, Key.Read());
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(text);
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new ApiFault(
                ApiFaultKind.Failed, $"{Certificate.Name} and {Key.Name}: expected a certificate and its private key as PEM: {Shown.Complaint(e.Message)}", e);
        }
    }
}
