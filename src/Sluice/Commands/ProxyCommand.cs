using System.CommandLine;
using Sluice.Daemon;
using Sluice.Netfilter.Rules;

namespace Sluice.Commands;

/// <summary><c>sluice proxy</c>: the node's service proxy.</summary>
internal static class ProxyCommand
{
    /// <summary>The verb with its flags, named as kube-proxy's.</summary>
    public static Command Create(CommandIO io)
    {
        var node = new NodeOptions();
        var cluster = new Option<string?>("--cluster", "-c")
        {
            Description = "A file or folder of manifests, watched: Services, EndpointSlices, Nodes (kubectl get svc,endpointslices,nodes -A -o yaml)",
            HelpName = "PATH",
        };
        var mode = new Option<string?>("--proxy-mode") { Description = "How to route: iptables", HelpName = "MODE" };
        var backend = new Option<string?>("--iptables-backend")
        {
            Description = "nft, legacy, or auto (default): the one that others on this node use",
            HelpName = "NAME",
        };
        var syncPeriod = new Option<string?>("--iptables-sync-period")
        {
            Description = "How often to look for what others changed, and the longest wait after a failure (default 30s)",
            HelpName = "DURATION",
        };
        var minSyncPeriod = new Option<string?>("--iptables-min-sync-period")
        {
            Description = "The shortest time from one write to the next; changes meanwhile are written together (default 1s)",
            HelpName = "DURATION",
        };
        var cleanup = new Option<bool>("--cleanup") { Description = "Remove the proxy's rules from this node, and exit" };
        var verbosity = new Option<int>("-v", "--v") { Description = "1 to tell details", HelpName = "NUMBER" };
        var command = new Command("proxy", "Route Service traffic: keep this node's rules as the cluster wants them.")
        {
            cluster,
            mode,
            backend,
            syncPeriod,
            minSyncPeriod,
            cleanup,
            verbosity,
        };
        node.AddTo(command);
        command.SetAction(parsed =>
        {
            CheckMode(parsed.GetValue(mode));
            var log = new EventLog(io.Error, io.Time, parsed.GetValue(verbosity));
            var variant = BackendOf(parsed.GetValue(backend));
            if (parsed.GetValue(cleanup))
            {
                new RulesCleanup(log).RunAsync().GetAwaiter().GetResult();
                return ExitCode.Clean;
            }

            var path = Existing(parsed.GetValue(cluster));
            var nodeSettings = node.Read(parsed);
            var settings = new ProxySettings(
                path,
                nodeSettings.Name ?? NodeDescriber.HostName(),
                nodeSettings,
                PeriodsOf(parsed.GetValue(syncPeriod), parsed.GetValue(minSyncPeriod)),
                variant);
            using var signals = new ShutdownSignals(io.Time, log);
            ProxyHost.RunAsync(settings, io.Time, log, signals.Stopping).GetAwaiter().GetResult();
            return ExitCode.Clean;
        });
        return command;
    }

    private static void CheckMode(string? mode)
    {
        if (mode is not (null or "iptables"))
        {
            throw new CommandFailure($"'{mode}' is no --proxy-mode here: take iptables");
        }
    }

    private static TableBackend BackendOf(string? word) => word switch
    {
        null or "auto" => TableBackend.Unknown,
        "nft" => TableBackend.Nft,
        "legacy" => TableBackend.Legacy,
        _ => throw new CommandFailure($"'{word}' is no --iptables-backend: take auto, nft or legacy"),
    };

    private static SyncPeriods PeriodsOf(string? sync, string? minimum)
    {
        var periods = new SyncPeriods(
            Duration("--iptables-sync-period", sync) ?? SyncPeriods.Default.Audit,
            Duration("--iptables-min-sync-period", minimum) ?? SyncPeriods.Default.Minimum);
        return periods.Audit <= TimeSpan.Zero ? throw new CommandFailure("--iptables-sync-period must be above 0")
            : periods.Minimum > periods.Audit ? throw new CommandFailure("--iptables-min-sync-period must not be above --iptables-sync-period")
            : periods;
    }

    private static TimeSpan? Duration(string flag, string? text) => text is null ? null
        : GoDuration.Read(text) ?? throw new CommandFailure($"'{text}' is no duration for {flag}: write it as 30s, 1m30s or 500ms");

    private static string Existing(string? path) =>
        path is null ? throw new CommandFailure("proxy needs the cluster: -c PATH, a file or folder of manifests")
        : File.Exists(path) || Directory.Exists(path) ? path
        : throw new CommandFailure($"--cluster {path}: no such file or folder");
}
