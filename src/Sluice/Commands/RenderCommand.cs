using System.CommandLine;
using Sluice.Daemon;
using Sluice.Dataplane.Planning;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Input;
using Sluice.Kubernetes.Cluster;
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
        var mode = new Option<string?>("--mode") { Description = "iptables (default): input of iptables-restore; nftables: input of nft -f", HelpName = "MODE" };
        var family = new Option<string?>("--family") { Description = "ipv4 or ipv6 (default: ipv4 with iptables, both with nftables)", HelpName = "FAMILY" };
        var nodeFields = ConfigurationTable.All.Where(s => FlagConfiguration.NodeFields.Contains(s.Field))
            .Select(s => s.Field == "hostnameOverride" ? s with { Description = "The node, as endpoints name it (without it: the cluster's only Node)" } : s)
            .ToList();
        var node = new FlagSet<ProxyConfiguration>(nodeFields);
        var nftables = new FlagSet<ProxyFlags>(ProxyFlagTable.Nftables);
        command.Add(mode);
        command.Add(family);
        cluster.AddTo(command);
        node.AddTo(command);
        nftables.AddTo(command);
        command.Add(new SettingHelp(io, [.. nodeFields, .. ProxyFlagTable.Nftables]).Option);
        command.SetAction(parsed =>
        {
            var isNftables = IsNftables(parsed.GetValue(mode));
            var families = Families(parsed.GetValue(family), isNftables);
            var own = nftables.Read(parsed, ProxyFlags.Default);
            var settings = NodeSettingsMaker.Make(FlagConfiguration.Read(node, parsed), isNftables ? ProxyMode.Nftables : ProxyMode.Iptables, own.NftablesLocalhostNodePorts);
            var tables = ProxyOptions.TablesOf(own, settings.MasqueradeMark);
            var state = cluster.Read(parsed, io).ReadOnce(settings.Name, io.Time);
            var profile = Profile(state, settings, io);
            try
            {
                foreach (var intent in families.Select(f => ServiceIntent.Of(state.Services, state.SlicesOf, profile, f)))
                {
                    if (isNftables)
                    {
                        io.Output.Write(NftWriter.Write(NftablesPlan.Of(intent, tables(intent.Family))));
                    }
                    else
                    {
                        WriteIptables(intent, settings, io.Output);
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

    private static NodeProfile Profile(ClusterState state, NodeSettings settings, CommandIO io)
    {
        var name = settings.Name ?? (state.Nodes.Count == 1
            ? state.Nodes.First().Name.Name
            : throw new CommandFailure($"--node NAME is needed: {Choice(state)}"));
        var found = state.FindNode(name);
        if (NodeProfileMaker.FindProblem(settings, name, found) is { } problem)
        {
            throw new CommandFailure(problem);
        }

        if (found is null)
        {
            io.Notes.Add($"no Node {name} in the cluster: its addresses and zone are not known");
        }

        return NodeProfileMaker.Make(settings, name, found) with { ServiceCidrs = state.AllServiceCidrs };
    }

    private static string Choice(ClusterState state) => state.Nodes.Count == 0
        ? "the cluster has no Node"
        : "one of " + string.Join(", ", state.Nodes.Select(n => n.Name.Name).Order(StringComparer.Ordinal).Take(5)) + (state.Nodes.Count > 5 ? ", ..." : "");

    private static bool IsNftables(string? mode) => mode switch
    {
        null or "iptables" => false,
        "nftables" => true,
        "ipvs" => throw new CommandFailure("--mode ipvs: there are no rules of this mode yet; --mode nftables has them"),
        _ => throw new CommandFailure($"--mode: expected iptables or nftables, not '{mode.ReplaceLineEndings(" ")}'"),
    };

    private static IPFamily[] Families(string? word, bool isNftables) => word switch
    {
        null => isNftables ? [IPFamily.IPv4, IPFamily.IPv6] : [IPFamily.IPv4],
        "ipv4" => [IPFamily.IPv4],
        "ipv6" => [IPFamily.IPv6],
        _ => throw new CommandFailure($"--family: expected ipv4 or ipv6, not '{word.ReplaceLineEndings(" ")}'"),
    };
}
