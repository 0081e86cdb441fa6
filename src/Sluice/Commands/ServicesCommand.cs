using System.CommandLine;
using Sluice.Dataplane.Reports;
using Sluice.Output;
using Sluice.Views;

namespace Sluice.Commands;

/// <summary><c>sluice services</c>: the Services that a node's rules serve.</summary>
internal static class ServicesCommand
{
    /// <summary>The verb with its flags.</summary>
    public static Command Create(CommandIO io)
    {
        var input = new InputOptions();
        var output = new OutputOptions("table", "wide", "json", "yaml", "name");
        var names = ServiceFilter.Names();
        var command = new Command("services", "List the Services found in the rules: addresses, endpoints with their shares, rules to reach.")
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
            var services = ServiceFilter.Select(node, words);
            switch (format)
            {
                case "json":
                    Document.WriteJson(io, writer => ServiceListDocument.Write(writer, services));
                    break;
                case "yaml":
                    Document.WriteYaml(io, writer => ServiceListDocument.Write(writer, services));
                    break;
                case "name":
                    foreach (var service in services)
                    {
                        io.Output.WriteLine(service.FullName);
                    }

                    break;
                case "table" when words.Length > 0 && services.DistinctBy(s => s.Name).Count() == 1:
                    new ServiceView(page).Write(services);
                    break;
                default:
                    new ServiceTable(page).Write(services);
                    break;
            }

            if (services.Count == 0)
            {
                io.Notes.Add($"no Services in {node.Where}");
            }

            return ExitCode.Clean;
        });
        return command;
    }
}
