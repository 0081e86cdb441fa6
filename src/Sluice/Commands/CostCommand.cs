using System.CommandLine;
using Sluice.Dataplane.Cost;
using Sluice.Dataplane.Reports;
using Sluice.Netfilter.Tracing;
using Sluice.Output;
using Sluice.Views;

namespace Sluice.Commands;

/// <summary><c>sluice cost</c>: how many rules a connection's first packet is compared with.</summary>
internal static class CostCommand
{
    /// <summary>The verb with its flags.</summary>
    public static Command Create(CommandIO io)
    {
        var input = new InputOptions();
        var output = new OutputOptions("table", "wide", "json", "yaml");
        var names = ServiceFilter.Names();
        var command = new Command("cost", "Count the rules that a new connection to each Service is compared with, and how that grows.")
        {
            names,
        };
        input.AddTo(command);
        output.AddTo(command);
        command.SetAction(parsed =>
        {
            var format = output.Format(parsed);
            var page = output.Page(parsed, io);
            var words = parsed.GetValue(names) ?? [];
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
        });
        return command;
    }
}
