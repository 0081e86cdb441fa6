using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api.Configuration;

/// <summary>Finds how to reach an API server: in kubeconfig files as kubectl reads them, or in a pod's own files.</summary>
public static class Kubeconfig
{
    /// <summary>What a kubeconfig says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">The context to take; null for the file's own.</param>
    /// <param name="server">An address of the server that counts instead of the file's; null for none.</param>
    /// <exception cref="KubeconfigException">It does not make sense.</exception>
    public static ApiConnection Load(string path, string? context = null, Uri? server = null) =>
        Choose(KubeconfigReader.ReadFile(path), Shown.Line(path), context, server);

    /// <summary>What several kubeconfigs say together, as the variable KUBECONFIG lists them, separated by colons. Files that are not there are passed over.</summary>
    /// <param name="list">The files; of a name that several have, the first counts.</param>
    /// <param name="context">The context to take; null for the first that a file names.</param>
    /// <param name="server">An address of the server that counts instead of the files'; null for none.</param>
    /// <exception cref="KubeconfigException">They do not make sense, or none is there.</exception>
    public static ApiConnection LoadList(string list, string? context = null, Uri? server = null)
    {
        ArgumentNullException.ThrowIfNull(list);
        var paths = list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(File.Exists).ToList();
        return paths.Count == 0
            ? throw new KubeconfigException($"KUBECONFIG={Shown.Line(list)}: none of the files is there")
            : Choose(paths.Select(KubeconfigReader.ReadFile).Aggregate(KubeconfigFile.Empty, (all, one) => all.Merge(one)), $"KUBECONFIG={Shown.Line(list)}", context, server);
    }

    private static ApiConnection Choose(KubeconfigFile config, string where, string? wanted, Uri? server)
    {
        var name = wanted ?? config.CurrentContext
            ?? throw new KubeconfigException($"{where}: current-context: expected the name of a context, found nothing; say --context NAME{Known(config.Contexts.Keys)}");
        if (!config.Contexts.TryGetValue(name, out var context))
        {
            throw new KubeconfigException($"{where}: there is no context {Shown.Quoted(name)}{Known(config.Contexts.Keys)}");
        }

        if (!config.Clusters.TryGetValue(context.Cluster, out var cluster))
        {
            throw new KubeconfigException($"{context.Place}: cluster: there is no cluster {Shown.Quoted(context.Cluster)}{Known(config.Clusters.Keys)}");
        }

        KubeconfigUser? user = null;
        if (context.User.Length > 0 && !config.Users.TryGetValue(context.User, out user))
        {
            throw new KubeconfigException($"{context.Place}: user: there is no user {Shown.Quoted(context.User)}{Known(config.Users.Keys)}");
        }

        return new ApiConnection(server ?? cluster.Server ?? throw new KubeconfigException($"{cluster.Place}: server: expected the URL of the API server, found nothing"))
        {
            TlsServerName = cluster.TlsServerName,
            SkipsVerification = cluster.SkipsVerification,
            Authority = cluster.Authority,
            ClientCertificate = user?.Certificate,
            ClientKey = user?.Key,
            Credential = user?.Credential ?? new ApiCredential.None(),
            Proxy = cluster.Proxy,
            IsUncompressed = cluster.IsUncompressed,
        };
    }

    private static string Known(IEnumerable<string> names) => names.Order(StringComparer.Ordinal).Take(6).ToList() is { Count: > 0 } some
        ? $": there are {string.Join(", ", some.Take(5).Select(Shown.Line))}{(some.Count > 5 ? ", ..." : "")}"
        : "";
}
