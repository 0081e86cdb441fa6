using System.CommandLine;
using Sluice.Dataplane.Migration;
using Sluice.Dataplane.Reports;
using Sluice.Input;
using Sluice.Net;
using Sluice.Output;
using Sluice.Views;

namespace Sluice.Commands;

/// <summary><c>sluice diff</c>: which Services behave differently in two modes, or on two nodes.</summary>
internal static class DiffCommand
{
    /// <summary>The verb.</summary>
    /// <param name="io">What it reads and writes.</param>
    /// <param name="isNamed">Whether the command line names it: else it has no flags, which come in part from the proxy's long table.</param>
    public static Command Create(CommandIO io, bool isNamed)
    {
        var command = new Command("diff", "Say which Services behave differently in two modes or dumps, proved by tracing packets through both; nothing is written.");
        if (isNamed)
        {
            AddFlags(command, io);
        }

        return command;
    }

    private static void AddFlags(Command command, CommandIO io)
    {
        var from = Side("--from", "One side: iptables, ipvs or nftables (planned for the cluster), the path of a node's dump, or live (this node)");
        var to = Side("--to", "The other side, as --from");
        var family = new Option<string?>("--family") { Description = "ipv4 or ipv6 (default: both, where a side has Services of it)", HelpName = "FAMILY" };
        var cluster = new ClusterOptions("diff", "read once; with dumps it tells which differences are intended");
        var node = new NodeOptions();
        var output = new OutputOptions("table", "wide", "json", "yaml");
        command.Add(from);
        command.Add(to);
        command.Add(family);
        cluster.AddTo(command);
        output.AddTo(command);
        node.AddTo(command, io);
        command.SetAction(parsed =>
        {
            var format = output.Format(parsed);
            var page = output.Page(parsed, io);
            var (one, other) = (Required(parsed, from), Required(parsed, to));
            var families = CompareOptions.FamilyOf(parsed.GetValue(family)) is { } wanted ? [wanted] : (IPFamily[])[IPFamily.IPv4, IPFamily.IPv6];
            var (configuration, own) = node.Read(parsed);
            var isClusterGiven = cluster.IsGiven(parsed);
            if (!isClusterGiven && node.IsGiven(parsed))
            {
                throw new CommandFailure("the flags of the node are for a cluster: add --cluster PATH or --kubeconfig FILE");
            }

            using var progress = Progress.Start(io, $"comparing {one} with {other}");
            var modes = isClusterGiven || DiffSides.IsMode(one) || DiffSides.IsMode(other)
                ? new ClusterModes(cluster.Read(parsed, io).ReadOnce(configuration.HostnameOverride is { Length: > 0 } name ? name : null, io.Time), configuration, own, io)
                : null;
            var sides = new DiffSides(modes, io);
            var reports = sides.FamiliesOf([one, other], families)
                .Select(f => (Family: f, Report: new MigrationComparer(sides.Of(one, f), sides.Of(other, f), f).Compare(CancellationToken.None)))
                .Where(r => r.Report.Services > 0)
                .ToList();
            if (reports.Count == 0)
            {
                throw new CommandFailure($"{one} and {other} have no Service{(families.Length == 1 ? $" of {families[0]}" : "")} to compare" + (isClusterGiven ? "" : ": give the rules of a node, or a cluster with --cluster"));
            }

            progress.Dispose();
            Write(reports, format, page, io);
            return reports.Exists(r => r.Report.Causes.Count > 0) ? ExitCode.Findings : ExitCode.Clean;
        });
    }

    private static void Write(List<(IPFamily Family, MigrationReport Report)> reports, string format, Page page, CommandIO io)
    {
        switch (format)
        {
            case "json":
                Document.WriteJson(io, writer => MigrationReportDocument.Write(writer, reports));
                break;
            case "yaml":
                Document.WriteYaml(io, writer => MigrationReportDocument.Write(writer, reports));
                break;
            default:
                for (var i = 0; i < reports.Count; i++)
                {
                    if (i > 0)
                    {
                        page.Line();
                    }

                    new MigrationView(page).Write(reports[i].Family, reports[i].Report);
                }

                break;
        }
    }

    private static Option<string?> Side(string name, string description) => new(name) { Description = description, HelpName = "SIDE" };

    private static string Required(ParseResult parsed, Option<string?> side) => parsed.GetValue(side) is { Length: > 0 } word ? word
        : throw new CommandFailure($"say what to compare: {side.Name} iptables, ipvs, nftables, live or the path of a dump");
}
