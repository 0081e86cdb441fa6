using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api.Connection;

/// <summary>Judges certificates of the server by an authority of the configuration's own, which the system need not know.</summary>
internal sealed class ServerTrust
{
    private readonly X509Certificate2Collection _roots = [];

    private ServerTrust()
    {
    }

    /// <summary>Reads the authority's certificates.</summary>
    /// <exception cref="ApiFault">They cannot be read.</exception>
    public static ServerTrust Read(PemText authority)
    {
        var trust = new ServerTrust();
        try
        {
            trust._roots.ImportFromPem(authority.Read());
        }
        catch (CryptographicException e)
        {
            throw new ApiFault(ApiFaultKind.Failed, $"{authority.Name}: expected certificates as PEM: {Shown.Complaint(e.Message)}", e);
        }

        return trust._roots.Count > 0
            ? trust
            : throw new ApiFault(ApiFaultKind.Failed, $"{authority.Name}: expected certificates as PEM, found none");
    }

    /// <summary>Whether a certificate is good: vouched for, in time, and of the right name, which the caller has compared.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var element in sent?.ChainElements.Skip(1) ?? [])
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        using var own = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(own);
    }
}
