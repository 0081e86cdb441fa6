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
        var cluster = new ClusterOptions("proxy", "watched");
        var mode = ProxyModes.NewOption();
        var backend = new Option<string?>("--iptables-backend")
        {
            Description = "nft, legacy, or auto (default): the one that others on this node use",
            HelpName = "NAME",
        };
        var iptablesPeriods = new PeriodOptions("iptables", SyncPeriods.Iptables);
        var nftablesPeriods = new PeriodOptions("nftables", SyncPeriods.Nftables);
        var nftables = new NftablesOptions();
        var serving = new ServingOptions();
        var replace = new Option<bool>("--replace-kube-proxy")
        {
            Description = "Remove kube-proxy's rules, of any mode, once the proxy's own are in place",
        };
        var deadTcp = new Option<bool>("--conntrack-tcp-dead-endpoints")
        {
            Description = "Forget TCP connections to endpoints that are gone, so that their clients need not wait for a timeout",
        };
        var cleanup = new Option<bool>("--cleanup") { Description = "Remove the proxy's rules from this node, and exit" };
        var verbosity = new Option<int>("-v", "--v") { Description = "1 to tell details", HelpName = "NUMBER" };
        var command = new Command("proxy", "Route Service traffic: keep this node's rules as the cluster wants them.")
        {
            mode,
            backend,
            replace,
            deadTcp,
            cleanup,
            verbosity,
        };
        cluster.AddTo(command);
        iptablesPeriods.AddTo(command);
        nftablesPeriods.AddTo(command);
        nftables.AddTo(command);
        serving.AddTo(command);
        node.AddTo(command);
        command.SetAction(parsed =>
        {
            var routing = ProxyModes.Of(parsed.GetValue(mode));
            var log = new EventLog(io.Error, io.Time, parsed.GetValue(verbosity));
            var variant = BackendOf(parsed.GetValue(backend));
            if (parsed.GetValue(cleanup))
            {
                new RulesCleanup(log).RunAsync(parsed.GetValue(replace)).GetAwaiter().GetResult();
                return ExitCode.Clean;
            }

            var origin = cluster.Read(parsed, io);
            var nodeSettings = node.Read(parsed, routing == ProxyMode.Nftables);
            var settings = new ProxySettings(
                origin,
                nodeSettings.Name ?? NodeDescriber.HostName(),
                nodeSettings,
                (routing == ProxyMode.Nftables ? nftablesPeriods : iptablesPeriods).Read(parsed),
                variant)
            {
                Mode = routing,
                Tables = nftables.Read(parsed, nodeSettings.MasqueradeMark),
                ForgetsDeadTcp = parsed.GetValue(deadTcp),
                ReplacesKubeProxy = parsed.GetValue(replace),
                Serving = serving.Read(parsed, io.Environment),
            };
            using var signals = new ShutdownSignals(io.Time, log);
            ProxyHost.RunAsync(settings, io.Time, log, signals.Stopping).GetAwaiter().GetResult();
            return ExitCode.Clean;
        });
        return command;
    }

    private static TableBackend BackendOf(string? word) => word switch
    {
        null or "auto" => TableBackend.Unknown,
        "nft" => TableBackend.Nft,
        "legacy" => TableBackend.Legacy,
        _ => throw new CommandFailure($"'{word}' is no --iptables-backend: take auto, nft or legacy"),
    };
}
