using System.CommandLine;
using Sluice.Input;
using Sluice.Kubernetes.Api;
using Sluice.Kubernetes.Api.Configuration;

namespace Sluice.Commands;

/// <summary>The flags of every verb that reads a cluster: manifests, or an API server.</summary>
/// <param name="verb">The verb, for messages.</param>
/// <param name="how">What it does with manifests, for its help.</param>
internal sealed class ClusterOptions(string verb, string how)
{
    private readonly Option<string?> _path = new("--cluster", "-c")
    {
        Description = $"A file or folder of manifests, {how}: Services, EndpointSlices, Nodes (kubectl get svc,endpointslices,nodes -A -o yaml)",
        HelpName = "PATH",
    };

    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "A kubeconfig: the API server instead of manifests. Without either: KUBECONFIG, else the cluster this runs in",
        HelpName = "FILE",
    };

    private readonly Option<string?> _context = new("--context") { Description = "The context of the kubeconfig to take", HelpName = "NAME" };

    private readonly Option<string?> _master = new("--master") { Description = "The API server's address, instead of the kubeconfig's", HelpName = "URL" };

    /// <summary>Adds the flags to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_path, _kubeconfig, _context, _master])
        {
            command.Add(option);
        }
    }

    /// <summary>Whether a command line says where the cluster is.</summary>
    public bool IsGiven(ParseResult parsed) =>
        parsed.GetValue(_path) is not null || parsed.GetValue(_kubeconfig) is not null || parsed.GetValue(_context) is not null || parsed.GetValue(_master) is not null;

    /// <summary>Where the cluster is.</summary>
    /// <exception cref="CommandFailure">Nothing says it, or it makes no sense.</exception>
    public ClusterOrigin Read(ParseResult parsed, CommandIO io) =>
        Find(verb, parsed.GetValue(_path), parsed.GetValue(_kubeconfig), parsed.GetValue(_context), parsed.GetValue(_master), io.Environment);

    /// <summary>Where the cluster is, by what the flags say; null for what they do not say.</summary>
    /// <exception cref="CommandFailure">Nothing says it, or it makes no sense.</exception>
    public static ClusterOrigin Find(string verb, string? path, string? kubeconfig, string? context, string? master, Func<string, string?> environment)
    {
        if (path is not null)
        {
            return kubeconfig is not null ? throw new CommandFailure("--cluster and --kubeconfig both say where the cluster is: take one")
                : File.Exists(path) || Directory.Exists(path) ? new ClusterOrigin.OnDisk(path)
                : throw new CommandFailure($"--cluster {path}: no such file or folder");
        }

        try
        {
            return Connection(kubeconfig, context, Server(master), environment) is { } connection
                ? new ClusterOrigin.Server(connection)
                : throw new CommandFailure($"{verb} needs the cluster: -c PATH, a file or folder of manifests, or --kubeconfig FILE");
        }
        catch (KubeconfigException e)
        {
            throw new CommandFailure(e.Message);
        }
    }

    private static ApiConnection? Connection(string? kubeconfig, string? context, Uri? server, Func<string, string?> environment) =>
        kubeconfig is not null ? Kubeconfig.Load(kubeconfig, context, server)
        : environment("KUBECONFIG") is { Length: > 0 } list ? Kubeconfig.LoadList(list, context, server)
        : context is not null ? throw new CommandFailure("--context needs a kubeconfig: --kubeconfig FILE")
        : InCluster.Find(environment, server: server) ?? (server is null ? null : new ApiConnection(server));

    private static Uri? Server(string? text) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
        : throw new CommandFailure($"--master: expected a URL such as https://10.0.0.1:6443, not '{text.ReplaceLineEndings(" ")}'");
}
