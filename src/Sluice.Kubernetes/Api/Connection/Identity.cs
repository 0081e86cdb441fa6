using System.Net.Http.Headers;

namespace Sluice.Kubernetes.Api.Connection;

/// <summary>Who asks, as requests say it now.</summary>
/// <param name="Authorization">The header; null for none.</param>
/// <param name="Pair">The certificate for new connections; null for none.</param>
internal readonly record struct Identity(AuthenticationHeaderValue? Authorization, KeyPair? Pair);
