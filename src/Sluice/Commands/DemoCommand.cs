using System.CommandLine;
using Sluice.Daemon;
using Sluice.Demo;
using Sluice.Kubernetes.Configuration;
using Sluice.Linux.Lab;
using Sluice.Output;

namespace Sluice.Commands;

/// <summary><c>sluice demo</c>: the main job, with real connections where this machine lets one, else on examples that are built in.</summary>
internal static class DemoCommand
{
    /// <summary>The verb.</summary>
    /// <param name="io">What it reads and writes.</param>
    /// <param name="isNamed">Whether the command line names it: else it has no flags, one of which comes from the proxy's long table.</param>
    public static Command Create(CommandIO io, bool isNamed)
    {
        var command = new Command("demo", "Show the main job, live on a small cluster made for it, or else on example dumps: needs no cluster.");
        if (isNamed)
        {
            AddFlags(command, io);
        }

        return command;
    }

    private static void AddFlags(Command command, CommandIO io)
    {
        var output = new OutputOptions("table", "wide");
        var offline = new Option<bool>("--offline") { Description = "Only read example dumps: needs no Linux, no root" };
        var mode = new FlagSet<ProxyConfiguration>([ConfigurationTable.Of("mode")]);
        command.Add(offline);
        mode.AddTo(command);
        output.AddTo(command);
        command.SetAction(parsed =>
        {
            var page = output.Page(parsed, io);
            var asked = mode.Read(parsed, ProxyConfiguration.Default).Mode;
            if (parsed.GetValue(offline))
            {
                new DemoScript(page).Play();
                return ExitCode.Clean;
            }

            return UserNamespace.IsWorthTrying(io.Environment)
                ? UserNamespace.Run(SelfProgram.CommandLine([.. parsed.Tokens.Select(t => t.Value)]))
                : Play(page, io, new ModeChoice(new EventLog(TextWriter.Null, io.Time, verbosity: 0)).Of(asked));
        });
    }

    private static int Play(Page page, CommandIO io, ProxyMode mode) =>
        (LabSupport.Unavailable ?? (mode == ProxyMode.Ipvs ? IpvsSupport.FindObstacle() : null)) is { } reason ? PlayOffline(page, $"Offline demo, since no live cluster can be built here: {reason}") : PlayLive(page, io, mode);

    private static int PlayLive(Page page, CommandIO io, ProxyMode mode)
    {
        try
        {
            using var demo = new LiveDemo(page, io.Output.Flush, mode);
            return demo.PlayAsync().GetAwaiter().GetResult() ? ExitCode.Clean : ExitCode.Findings;
        }
        catch (LabException e)
        {
            page.Line();
            return PlayOffline(page, $"The live cluster does not work here ({e.Message.Split('\n')[0]}), so this is the offline demo.");
        }
    }

    private static int PlayOffline(Page page, string why)
    {
        foreach (var line in TextLayout.Wrap(why, page.Width))
        {
            page.Line(line);
        }

        page.Line();
        new DemoScript(page).Play();
        return ExitCode.Clean;
    }
}
