namespace Sluice.Kubernetes.Api.Configuration;

/// <summary>A context of a kubeconfig: a user of a cluster.</summary>
/// <param name="Place">Where it stands, for messages.</param>
/// <param name="Cluster">The cluster's name; empty when not said.</param>
/// <param name="User">The user's name; empty for nobody.</param>
internal sealed record KubeconfigContext(string Place, string Cluster, string User);
