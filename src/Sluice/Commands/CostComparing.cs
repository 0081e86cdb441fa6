using System.CommandLine;
using System.Globalization;
using Sluice.Dataplane.Comparing;
using Sluice.Dataplane.Comparing.Plots;
using Sluice.Dataplane.Migration;
using Sluice.Dataplane.Reports;
using Sluice.Demo;
using Sluice.Input;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Lab;
using Sluice.Measuring;
using Sluice.Net;
using Sluice.Output;
using Sluice.Views;

namespace Sluice.Commands;

/// <summary><c>sluice cost --compare</c>: what a cluster, or the Services of a node, cost in each mode.</summary>
/// <param name="input">The verb's flags for a node.</param>
/// <param name="output">The verb's flags for what it prints.</param>
internal sealed class CostComparing(InputOptions input, OutputOptions output)
{
    // Of so many Services every packet is followed in a moment.
    private const int MaxTraced = 300;

    private readonly CompareOptions _options = new();
    private readonly ClusterOptions _cluster = new("cost --compare", "read once, instead of a node's rules");
    private readonly NodeOptions _node = new();

    /// <summary>Adds the flags to the verb.</summary>
    public void AddTo(Command command, CommandIO io)
    {
        _options.AddTo(command);
        _cluster.AddTo(command);
        _node.AddTo(command, io);
    }

    /// <summary>Whether modes are to be compared.</summary>
    /// <exception cref="CommandFailure">The flags contradict each other.</exception>
    public bool IsGiven(ParseResult parsed, string[] names)
    {
        if (!_options.IsGiven(parsed))
        {
            return !_cluster.IsGiven(parsed) && !_node.IsGiven(parsed) ? false
                : throw new CommandFailure("cost counts rules of a node (--file); for a cluster's Services in each mode add --compare");
        }

        return names.Length > 0 ? throw new CommandFailure($"--compare is about all Services together: leave out '{names[0]}'")
            : _cluster.IsGiven(parsed) && input.IsGiven(parsed) ? throw new CommandFailure("--compare takes the cluster (--cluster, --kubeconfig) or a node's rules (--file), not both")
            : !_cluster.IsGiven(parsed) && _node.IsGiven(parsed) ? throw new CommandFailure("the flags of the node are for a cluster: add --cluster PATH or --kubeconfig FILE")
            : true;
    }

    /// <summary>Compares and prints.</summary>
    public int Run(ParseResult parsed, CommandIO io)
    {
        var format = output.Format(parsed);
        var page = output.Page(parsed, io);
        var (sizes, budget, family) = (_options.Sizes(parsed), _options.Budget(parsed), _options.Family(parsed));
        var scope = _options.Scope(parsed, format);
        if (scope != MeasureScope.None && !IsFromElsewhere(parsed, io) && UserNamespace.IsWorthTrying(io.Environment))
        {
            return UserNamespace.Run(SelfProgram.CommandLine([.. parsed.Tokens.Select(t => t.Value)]));
        }

        var (where, modes) = _cluster.IsGiven(parsed) ? OfCluster(parsed, io, family) : OfNode(parsed, io, family);
        if (modes[0].Cluster.ServiceCount == 0)
        {
            throw new CommandFailure($"{where} has no Service{(family is null ? "" : $" of {family}")}: there is nothing to compare");
        }

        sizes = Possible(sizes, modes[0].Cluster, format, io);
        if (scope != MeasureScope.None && LabSupport.Unavailable is { } reason)
        {
            io.Notes.Add($"nothing is measured, since no network namespace can be made here: {reason}");
            scope = MeasureScope.None;
        }

        Write(new CostComparer(io, scope, budget).Compare(where, modes, sizes), format, page, io);
        if (_cluster.IsGiven(parsed) && format is "table" or "wide")
        {
            page.Section("Differ", [Difference(modes)]);
        }

        return ExitCode.Clean;
    }

    // A plan of very many endpoints would fill the memory. A line needs two points.
    private static IReadOnlyList<int> Possible(IReadOnlyList<int> sizes, ServiceIntent cluster, string format, CommandIO io)
    {
        var most = ScaledCluster.MostServices(cluster);
        var possible = sizes.Where(s => s <= most).ToList();
        if (possible.Count < (format == "svg" ? 2 : 1))
        {
            throw new CommandFailure(string.Create(CultureInfo.InvariantCulture, $"--services: give {(format == "svg" ? "at least two numbers" : "a number")} from 1 to {most} for this cluster"));
        }

        if (possible.Count < sizes.Count)
        {
            io.Notes.Add(string.Create(CultureInfo.InvariantCulture, $"with so many endpoints for each Service, numbers of Services beyond {most} are left out"));
        }

        return possible;
    }

    private static string Difference(IReadOnlyList<ComparedMode> modes)
    {
        const string Command = "sluice diff --from iptables --to nftables, with the flags of the cluster";
        if (modes[0].Cluster.ServiceCount > MaxTraced)
        {
            return $"which Services behave differently in nftables mode, and why: {Command}.";
        }

        var sides = modes.Where(m => m.Mode.Name is "iptables" or "nftables")
            .Select(m => new MigrationSide(m.Mode.Name, m.Mode.Plan(m.Cluster)) { Mode = m.Mode.Name, Intent = m.Cluster })
            .ToList();
        var report = new MigrationComparer(sides[0], sides[1], modes[0].Cluster.Family).Compare(CancellationToken.None);
        return string.Create(CultureInfo.InvariantCulture, $"{report.DifferentServices:#,0} of {report.Services:#,0} Service ports behave differently in nftables mode, if only for packets to ports they do not have. Which, and why: {Command}.");
    }

    // A user namespace has no way to an API server, and this node's rules are not there.
    private bool IsFromElsewhere(ParseResult parsed, CommandIO io) =>
        _cluster.IsGiven(parsed) ? _cluster.Read(parsed, io) is not ClusterOrigin.OnDisk : !input.IsGiven(parsed);

    private (string Where, IReadOnlyList<ComparedMode> Modes) OfCluster(ParseResult parsed, CommandIO io, IPFamily? family)
    {
        var (configuration, own) = _node.Read(parsed);
        var origin = _cluster.Read(parsed, io);
        using var progress = Progress.Start(io, "reading " + origin.Name);
        var modes = new ClusterModes(origin.ReadOnce(configuration.HostnameOverride is { Length: > 0 } name ? name : null, io.Time), configuration, own, io);
        var wanted = family ?? modes.UsualFamily;
        return (origin.Name, [.. ClusterModes.Names.Select(n => modes.Of(n, wanted))]);
    }

    private (string Where, IReadOnlyList<ComparedMode> Modes) OfNode(ParseResult parsed, CommandIO io, IPFamily? family)
    {
        var node = input.Read(parsed, io);
        var wanted = family ?? (node.Services.Any(s => s.Family == IPFamily.IPv4) ? IPFamily.IPv4 : IPFamily.IPv6);
        return (node.Where, ClusterModes.Of(FoundCluster.Of(node.Snapshot, node.Services, wanted)));
    }

    private static void Write(CostComparison comparison, string format, Page page, CommandIO io)
    {
        switch (format)
        {
            case "json":
                Document.WriteJson(io, writer => CostComparisonDocument.Write(writer, comparison));
                break;
            case "yaml":
                Document.WriteYaml(io, writer => CostComparisonDocument.Write(writer, comparison));
                break;
            case "svg":
                io.Output.Write(CostSvg.Write(comparison));
                break;
            default:
                new CostComparisonView(page).Write(comparison);
                break;
        }
    }
}
