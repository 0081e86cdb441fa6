using System.CommandLine;
using Sluice.Input;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Configuration;
using Sluice.Kubernetes.Intent;

namespace Sluice.Commands;

/// <summary>The flags of every verb that plans a node's rules: what kube-proxy is told of its node and of how IPVS chooses, and what nftables mode has besides.</summary>
internal sealed class NodeOptions
{
    private readonly FlagSet<ProxyConfiguration> _node = new(NodeFields);
    private readonly FlagSet<ProxyFlags> _nftables = new(ProxyFlagTable.Nftables);

    private static IReadOnlyList<Kubernetes.Configuration.Settings.Setting<ProxyConfiguration>> NodeFields { get; } =
    [
        .. ConfigurationTable.All.Where(s => FlagConfiguration.NodeFields.Append("ipvs.scheduler").Contains(s.Field))
            .Select(s => s.Field == "hostnameOverride" ? s with { Description = "The node, as endpoints name it (without it: the cluster's only Node)" } : s),
    ];

    /// <summary>Adds the flags to a verb, and the help that lists them.</summary>
    public void AddTo(Command command, CommandIO io)
    {
        _node.AddTo(command);
        _nftables.AddTo(command);
        command.Add(new SettingHelp(io, [.. NodeFields, .. ProxyFlagTable.Nftables]).Option);
    }

    /// <summary>Whether a command line has one of the flags.</summary>
    public bool IsGiven(ParseResult parsed) => _node.Given(parsed).Count + _nftables.Given(parsed).Count > 0;

    /// <summary>What the flags say of the node.</summary>
    /// <exception cref="CommandFailure">One makes no sense.</exception>
    public (ProxyConfiguration Configuration, ProxyFlags Own) Read(ParseResult parsed) =>
        (FlagConfiguration.Read(_node, parsed), _nftables.Read(parsed, ProxyFlags.Default));

    /// <summary>The node of a cluster.</summary>
    /// <exception cref="CommandFailure">It is not said which, or the flags cannot be carried out for it.</exception>
    public static NodeProfile Profile(ClusterState state, NodeSettings settings, CommandIO io)
    {
        var name = settings.Name ?? (state.Nodes.Count == 1
            ? state.Nodes.First().Name.Name
            : throw new CommandFailure($"--node NAME is needed: {Choice(state)}"));
        var found = state.FindNode(name);
        if (NodeProfileMaker.FindProblem(settings, name, found) is { } problem)
        {
            throw new CommandFailure(problem);
        }

        var remark = $"no Node {name} in the cluster: its addresses and zone are not known";
        if (found is null && !io.Notes.Contains(remark))
        {
            io.Notes.Add(remark);
        }

        return NodeProfileMaker.Make(settings, name, found) with { ServiceCidrs = state.AllServiceCidrs };
    }

    private static string Choice(ClusterState state) => state.Nodes.Count == 0
        ? "the cluster has no Node"
        : "one of " + string.Join(", ", state.Nodes.Select(n => n.Name.Name).Order(StringComparer.Ordinal).Take(5)) + (state.Nodes.Count > 5 ? ", ..." : "");
}
