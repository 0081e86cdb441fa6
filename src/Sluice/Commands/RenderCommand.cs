using System.CommandLine;
using Sluice.Dataplane.Planning;
using Sluice.Input;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Manifests;
using Sluice.Net;

namespace Sluice.Commands;

/// <summary><c>sluice render</c>: the rules that a node needs for given manifests, without touching a kernel.</summary>
internal static class RenderCommand
{
    /// <summary>The verb with its flags.</summary>
    public static Command Create(CommandIO io)
    {
        var cluster = new Option<string?>("--cluster", "-c")
        {
            Description = "A file or folder of manifests: Services, EndpointSlices, Nodes (kubectl get svc,endpointslices,nodes -A -o yaml)",
            HelpName = "PATH",
        };
        var mode = new Option<string?>("--mode") { Description = "iptables (default): input of iptables-restore", HelpName = "MODE" };
        var family = new Option<string?>("--family") { Description = "ipv4 (default) or ipv6", HelpName = "FAMILY" };
        var node = new NodeOptions();
        var command = new Command("render", "Print the rules that an empty node needs to serve the Services of manifests; no kernel is touched.")
        {
            cluster, mode, family,
        };
        node.AddTo(command);
        command.SetAction(parsed =>
        {
            RequireIptables(parsed.GetValue(mode));
            var options = new IptablesPlanOptions(Family(parsed.GetValue(family)));
            var settings = node.Read(parsed);
            var state = Read(parsed.GetValue(cluster) ?? throw new CommandFailure("render needs the cluster: -c PATH, a file or folder of manifests"));
            var plan = Plan(state, settings, options with { MasqueradeMark = settings.MasqueradeMark, RandomFully = true }, io);
            try
            {
                plan.WriteTo(io.Output);
            }
            catch (ArgumentException e)
            {
                throw new CommandFailure(e.Message);
            }

            return ExitCode.Clean;
        });
        return command;
    }

    private static IptablesPlan Plan(ClusterState state, NodeSettings settings, IptablesPlanOptions options, CommandIO io)
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
            io.Notes.Add($"no Node {name} among the manifests: its addresses and zone are not known");
        }

        var profile = NodeProfileMaker.Make(settings, name, found);
        return new IptablesPlan(ServiceIntent.Of(state.Services, state.SlicesOf, profile, options.Family), options);
    }

    private static string Choice(ClusterState state) => state.Nodes.Count == 0
        ? "the manifests hold no Node"
        : "one of " + string.Join(", ", state.Nodes.Select(n => n.Name.Name).Order(StringComparer.Ordinal).Take(5)) + (state.Nodes.Count > 5 ? ", ..." : "");

    private static ClusterState Read(string path)
    {
        var content = ManifestFolder.Read(path);
        if (content.Problems.Count > 0)
        {
            var more = content.Problems.Count == 1 ? "" : $" (and {content.Problems.Count - 1} more)";
            throw new CommandFailure(content.Problems[0] + more);
        }

        var state = new ClusterState();
        state.Apply(content.Objects.Select(o => new ClusterChange.Upsert(o)));
        return state;
    }

    private static void RequireIptables(string? mode)
    {
        if (mode is null or "iptables")
        {
            return;
        }

        throw new CommandFailure(mode is "nftables" or "ipvs"
            ? $"--mode {mode}: there are no rules of this mode yet; --mode iptables has them"
            : $"--mode: expected iptables, not '{mode.ReplaceLineEndings(" ")}'");
    }

    private static IPFamily Family(string? word) => word switch
    {
        null or "ipv4" => IPFamily.IPv4,
        "ipv6" => IPFamily.IPv6,
        _ => throw new CommandFailure($"--family: expected ipv4 or ipv6, not '{word.ReplaceLineEndings(" ")}'"),
    };
}
