namespace Sluice.Kubernetes.Api.Configuration;

/// <summary>What one kubeconfig file, or several together, say.</summary>
/// <param name="CurrentContext">The context to take where none is asked for; null when not said.</param>
/// <param name="Clusters">The clusters by name.</param>
/// <param name="Users">The users by name.</param>
/// <param name="Contexts">The contexts by name.</param>
internal sealed record KubeconfigFile(
    string? CurrentContext,
    IReadOnlyDictionary<string, KubeconfigCluster> Clusters,
    IReadOnlyDictionary<string, KubeconfigUser> Users,
    IReadOnlyDictionary<string, KubeconfigContext> Contexts)
{
    /// <summary>Nothing at all.</summary>
    public static KubeconfigFile Empty { get; } = new(
        null, new Dictionary<string, KubeconfigCluster>(), new Dictionary<string, KubeconfigUser>(), new Dictionary<string, KubeconfigContext>());

    /// <summary>Adds what another file says; of a name that both have, the first counts.</summary>
    public KubeconfigFile Merge(KubeconfigFile later) => new(
        CurrentContext ?? later.CurrentContext,
        Merge(Clusters, later.Clusters),
        Merge(Users, later.Users),
        Merge(Contexts, later.Contexts));

    private static Dictionary<string, T> Merge<T>(IReadOnlyDictionary<string, T> first, IReadOnlyDictionary<string, T> later)
    {
        var all = new Dictionary<string, T>(first, StringComparer.Ordinal);
        foreach (var (name, value) in later)
        {
            all.TryAdd(name, value);
        }

        return all;
    }
}
