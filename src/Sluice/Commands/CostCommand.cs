using System.CommandLine;
using Sluice.Dataplane.Cost;
using Sluice.Dataplane.Reports;
using Sluice.Netfilter.Tracing;
using Sluice.Output;
using Sluice.Views;

namespace Sluice.Commands;

/// <summary><c>sluice cost</c>: how many rules a connection's first packet is compared with; and with <c>--compare</c>, what each mode costs.</summary>
internal static class CostCommand
{
    /// <summary>The verb with its flags.</summary>
    /// <param name="io">What it reads and writes.</param>
    /// <param name="isNamed">Whether the command line names it: else it has no flags, which come in part from the proxy's long table.</param>
    public static Command Create(CommandIO io, bool isNamed)
    {
        var names = ServiceFilter.Names();
        var command = new Command("cost", "Count the rules that a new connection to each Service is compared with, and how that grows; compare modes.")
        {
            names,
        };
        if (isNamed)
        {
            AddFlags(command, names, io);
        }

        return command;
    }

    private static void AddFlags(Command command, Argument<string[]> names, CommandIO io)
    {
        var input = new InputOptions();
        var output = new OutputOptions("table", "wide", "json", "yaml", "svg");
        var comparison = new CostComparing(input, output);
        input.AddTo(command);
        output.AddTo(command);
        comparison.AddTo(command, io);
        command.SetAction(parsed =>
        {
            var words = parsed.GetValue(names) ?? [];
            return comparison.IsGiven(parsed, words) ? comparison.Run(parsed, io) : Count(parsed, io, input, output, words);
        });
    }

    private static int Count(ParseResult parsed, CommandIO io, InputOptions input, OutputOptions output, string[] words)
    {
        var format = output.Format(parsed);
        var page = output.Page(parsed, io);
        if (format == "svg")
        {
            throw new CommandFailure("-o svg is a plot of what modes cost: add --compare");
        }

        var node = input.Read(parsed, io);
        var report = CostMeter.Measure(new Tracer(node.Snapshot), ServiceFilter.Select(node, words));
        switch (format)
        {
            case "json":
                Document.WriteJson(io, writer => CostReportDocument.Write(writer, report));
                break;
            case "yaml":
                Document.WriteYaml(io, writer => CostReportDocument.Write(writer, report));
                break;
            default:
                new CostView(page).Write(report);
                break;
        }

        return ExitCode.Clean;
    }
}
