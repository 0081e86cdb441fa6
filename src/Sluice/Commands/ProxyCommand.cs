using System.CommandLine;
using System.Reflection;
using Sluice.Daemon;
using Sluice.Kubernetes.Configuration;
using Sluice.Output;

namespace Sluice.Commands;

/// <summary><c>sluice proxy</c>: the node's service proxy, with kube-proxy's flags and files.</summary>
internal static class ProxyCommand
{
    /// <summary>The verb.</summary>
    /// <param name="io">What it reads and writes.</param>
    /// <param name="isNamed">Whether the command line names it: else it has no flags, since making so many takes time that every command would pay.</param>
    public static Command Create(CommandIO io, bool isNamed)
    {
        var command = new Command("proxy", "Route Service traffic: keep this node's rules as the cluster wants them.");
        if (isNamed)
        {
            AddFlags(command, io);
        }

        return command;
    }

    /// <summary>
    /// A command line of this verb with its flags as they are listed: as in kube-proxy an underscore in a flag's name is a dash, and nothing after
    /// an equals sign is an empty value.
    /// </summary>
    public static string[] Listed(string[] args) => args is not ["proxy", ..] ? args : [.. args.SelectMany(arg =>
    {
        var end = arg.IndexOf('=', StringComparison.Ordinal) is >= 0 and var equals ? equals : arg.Length;
        var flag = arg[..end].Replace('_', '-');
        return !arg.StartsWith("--", StringComparison.Ordinal) ? (string[])[arg]
            : end == arg.Length - 1 ? [flag, ""]
            : [flag + arg[end..]];
    })];

    private static void AddFlags(Command command, CommandIO io)
    {
        var options = new ProxyOptions();
        options.AddTo(command);
        command.Add(new SettingHelp(io, SettingDocument.All).Option);
        command.SetAction(parsed => Run(io, options, parsed));
    }

    private static int Run(CommandIO io, ProxyOptions options, ParseResult parsed)
    {
        var own = options.ReadFlags(parsed);
        if (own.Version != "false")
        {
            io.Output.WriteLine($"Sluice {typeof(ProxyCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}");
            return ExitCode.Clean;
        }

        var watch = own.Config.Length > 0 ? new ConfigurationWatch(own.Config, io.Time) : null;
        var configuration = watch is null ? options.OfFlags(parsed, own) : options.OfFile(parsed, ReadFile(watch));
        if (own.WriteConfigTo.Length > 0)
        {
            WriteConfiguration(own.WriteConfigTo, configuration);
            io.Error.WriteLine($"sluice: the configuration is written to {own.WriteConfigTo}");
            return ExitCode.Clean;
        }

        var log = new EventLog(io.Error, io.Time, configuration.Logging.Verbosity, configuration.Logging.Format);
        foreach (var remark in options.Remarks(parsed, watch is not null))
        {
            log.Warn(remark);
        }

        if (own.Cleanup || own.CleanupOwn)
        {
            new RulesCleanup(log).RunAsync(onlyOwn: !own.Cleanup).GetAwaiter().GetResult();
            return ExitCode.Clean;
        }

        var modes = new ModeChoice(log);
        if (own.InitOnly)
        {
            var mode = modes.Of(configuration.Mode);
            if (mode == ProxyMode.Ipvs)
            {
                IpvsSupport.Require(configuration.Ipvs, log);
            }

            NodeSetup.Apply(mode, ProxyOptions.NodeOf(configuration, own, mode), configuration, log);
            return ExitCode.Clean;
        }

        var settings = ProxyOptions.Settings(configuration, own, modes, io.Environment);
        var reload = watch is null ? null : new ConfigurationReload(
            watch, file => ProxyOptions.Settings(options.OfFile(parsed, file), own, modes, io.Environment));
        using var signals = new ShutdownSignals(io.Time, log);
        new ProxyRun(settings, reload, io.Time, log).RunAsync(signals.Stopping).GetAwaiter().GetResult();
        return ExitCode.Clean;
    }

    private static ConfigurationFile ReadFile(ConfigurationWatch watch) => watch.Read() switch
    {
        ConfigurationResult.Read { File: var file } => file,
        ConfigurationResult.Refused { Problem: var problem } => throw new CommandFailure(problem.ToString()),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static void WriteConfiguration(string path, ProxyConfiguration configuration)
    {
        if (ConfigurationWriter.FindUnsayable(configuration) is { } problem)
        {
            throw new CommandFailure($"--write-config-to {path}: {problem.Field}: {problem.Message}");
        }

        using var file = new StreamWriter(path) { NewLine = "\n" };
        Document.WriteYaml(file, json => ConfigurationWriter.Write(json, configuration));
    }
}
