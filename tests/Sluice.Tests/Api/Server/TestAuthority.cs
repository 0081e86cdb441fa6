using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sluice.Tests.Api.Server;

/// <summary>A certificate authority of a test's own.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset s_from = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_to = new(2049, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public TestAuthority(string name = "test authority")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _certificate = request.CreateSelfSigned(s_from, s_to);
    }

    /// <summary>What clients are to trust.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A certificate of a server: for localhost and loopback addresses, or for a name.</summary>
    public X509Certificate2 IssueServer(string? name = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name ?? "localhost");
        if (name is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
            names.AddIpAddress(IPAddress.IPv6Loopback);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=api", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_certificate, s_from, s_to, RandomNumberGenerator.GetBytes(8));
        using var pair = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pfx), null);
    }

    /// <summary>A certificate of a user with its key.</summary>
    /// <param name="key">RSA or EC; disposed of by the caller.</param>
    /// <param name="user">Who.</param>
    public string IssueUser(AsymmetricAlgorithm key, string user = "system:node-proxier")
    {
        var name = new X500DistinguishedName($"CN={user}");
        var request = key is RSA rsa
            ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA256);
        using var issued = request.Create(_certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), s_from, s_to, RandomNumberGenerator.GetBytes(8));
        return issued.ExportCertificatePem();
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
