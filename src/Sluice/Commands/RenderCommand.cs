using System.CommandLine;
using Sluice.Daemon;
using Sluice.Dataplane.Planning;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Input;
using Sluice.Kubernetes.Configuration;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Nftables;

namespace Sluice.Commands;

/// <summary><c>sluice render</c>: the rules that a node needs for given manifests, without touching a kernel.</summary>
internal static class RenderCommand
{
    /// <summary>The verb.</summary>
    /// <param name="io">What it reads and writes.</param>
    /// <param name="isNamed">Whether the command line names it: else it has no flags, which come from the proxy's long table.</param>
    public static Command Create(CommandIO io, bool isNamed)
    {
        var command = new Command("render", "Print the rules that an empty node needs to serve the Services of manifests; no kernel is touched.");
        if (isNamed)
        {
            AddFlags(command, io);
        }

        return command;
    }

    private static void AddFlags(Command command, CommandIO io)
    {
        var cluster = new ClusterOptions("render", "read once");
        var mode = new Option<string?>("--mode") { Description = "iptables (default): input of iptables-restore; nftables: input of nft -f; ipvs: input of ipset, iptables-restore and ipvsadm, and ip commands", HelpName = "MODE" };
        var family = new Option<string?>("--family") { Description = "ipv4 or ipv6 (default: both with nftables, else ipv4)", HelpName = "FAMILY" };
        var node = new NodeOptions();
        command.Add(mode);
        command.Add(family);
        cluster.AddTo(command);
        node.AddTo(command, io);
        command.SetAction(parsed =>
        {
            var proxyMode = ModeOf(parsed.GetValue(mode));
            var families = Families(parsed.GetValue(family), proxyMode);
            var (configuration, own) = node.Read(parsed);
            var settings = NodeSettingsMaker.Make(configuration, proxyMode, own.NftablesLocalhostNodePorts);
            var tables = ProxyOptions.TablesOf(own, settings.MasqueradeMark);
            var state = cluster.Read(parsed, io).ReadOnce(settings.Name, io.Time);
            var profile = NodeOptions.Profile(state, settings, io);
            try
            {
                foreach (var intent in families.Select(f => ServiceIntent.Of(state.Services, state.SlicesOf, profile, f)))
                {
                    switch (proxyMode)
                    {
                        case ProxyMode.Nftables:
                            io.Output.Write(NftWriter.Write(NftablesPlan.Of(intent, tables(intent.Family))));
                            break;
                        case ProxyMode.Ipvs:
                            IpvsText.Write(IpvsPlan.Of(intent, OptionsOf(intent.Family, settings, configuration)), io.Output);
                            break;
                        default:
                            WriteIptables(intent, settings, io.Output);
                            break;
                    }
                }
            }
            catch (ArgumentException e)
            {
                throw new CommandFailure(e.Message);
            }

            return ExitCode.Clean;
        });
    }

    private static void WriteIptables(ServiceIntent intent, NodeSettings settings, TextWriter output) =>
        new IptablesPlan(intent, new IptablesPlanOptions(intent.Family) { MasqueradeMark = settings.MasqueradeMark, RandomFully = true }).WriteTo(output);

    private static IpvsPlanOptions OptionsOf(IPFamily family, NodeSettings settings, ProxyConfiguration configuration) =>
        new(family) { MasqueradeMark = settings.MasqueradeMark, RandomFully = true, Scheduler = configuration.Ipvs.Scheduler };

    private static ProxyMode ModeOf(string? mode) => mode switch
    {
        null or "iptables" => ProxyMode.Iptables,
        "nftables" => ProxyMode.Nftables,
        "ipvs" => ProxyMode.Ipvs,
        _ => throw new CommandFailure($"--mode: expected iptables, nftables or ipvs, not '{mode.ReplaceLineEndings(" ")}'"),
    };

    private static IPFamily[] Families(string? word, ProxyMode proxyMode) => word switch
    {
        null => proxyMode == ProxyMode.Nftables ? [IPFamily.IPv4, IPFamily.IPv6] : [IPFamily.IPv4],
        "ipv4" => [IPFamily.IPv4],
        "ipv6" => [IPFamily.IPv6],
        _ => throw new CommandFailure($"--family: expected ipv4 or ipv6, not '{word.ReplaceLineEndings(" ")}'"),
    };
}
