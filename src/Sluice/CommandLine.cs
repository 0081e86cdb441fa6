using System.CommandLine;
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
            CostCommand.Create(io),
            RenderCommand.Create(io),
            ProxyCommand.Create(io),
            DemoCommand.Create(io),
        };

        var parsed = root.Parse(ProxyCommand.Listed(args), new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && !Usage.IsHelp(parsed))
        {
            throw Usage.Failure(parsed);
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
