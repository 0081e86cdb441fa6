using System.CommandLine;
using System.CommandLine.Help;
using Sluice.Commands;

namespace Sluice;

/// <summary>The verbs, and how a command line becomes a call of one of them.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs.</summary>
    public static int Run(string[] args, CommandIO io)
    {
        var root = new RootCommand("Routes Kubernetes Service traffic on a node, and explains where a packet goes.")
        {
            TraceCommand.Create(io),
            ServicesCommand.Create(io),
            GraphCommand.Create(io),
            CostCommand.Create(io, args.Contains("cost")),
            DiffCommand.Create(io, args.Contains("diff")),
            RenderCommand.Create(io, args.Contains("render")),
            ProxyCommand.Create(io, args.Contains("proxy")),
            DemoCommand.Create(io, args.Contains("demo")),
        };

        // Of the root's help, which verbs share: as wide as the terminal, 80 columns where there is none.
        root.Options.OfType<HelpOption>().Select(o => o.Action).OfType<HelpAction>().Single().MaxWidth = io.Width;
        var parsed = root.Parse(ProxyCommand.Listed(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (!Usage.IsHelp(parsed) && Usage.FindFailure(parsed) is { } failure)
        {
            throw failure;
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = io.Output,
            Error = io.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }
}
