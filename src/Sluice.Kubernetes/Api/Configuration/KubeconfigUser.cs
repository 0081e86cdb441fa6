using Sluice.Kubernetes.Api.Connection;

namespace Sluice.Kubernetes.Api.Configuration;

/// <summary>A user of a kubeconfig.</summary>
/// <param name="Credential">How it says who it is.</param>
/// <param name="Certificate">Its certificate; null for none.</param>
/// <param name="Key">Its private key; null for none.</param>
internal sealed record KubeconfigUser(ApiCredential Credential, PemText? Certificate, PemText? Key);
