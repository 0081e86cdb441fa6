namespace Sluice.Kubernetes.Api.Connection;

/// <summary>What a credential plugin answers.</summary>
/// <param name="Token">A bearer token; null for none.</param>
/// <param name="Pair">A certificate; null for none.</param>
/// <param name="Expires">When it ends; null for when the process does.</param>
internal sealed record PluginAnswer(string? Token, KeyPair? Pair, DateTimeOffset? Expires);
