using System.CommandLine;
using System.CommandLine.Parsing;
using Sluice.Kubernetes.Configuration.Settings;

namespace Sluice.Commands;

/// <summary>The flags of some settings on the command line. As in kube-proxy a flag that comes twice counts as the last time, unless it is a list.</summary>
/// <typeparam name="TTarget">The record that has the values.</typeparam>
internal sealed class FlagSet<TTarget>
{
    private readonly List<(Setting<TTarget> Setting, Option<string[]> Option)> _flags;

    /// <summary>The flags of the settings that have one.</summary>
    public FlagSet(IEnumerable<Setting<TTarget>> settings) =>
        _flags = [.. settings.Where(s => s.Flag is not null).Select(s => (s, OptionOf(s)))];

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command) => _flags.ForEach(f => command.Add(f.Option));

    /// <summary>The settings that are on a command line, in the order of the table.</summary>
    public IReadOnlyList<Setting<TTarget>> Given(ParseResult parsed) =>
        [.. _flags.Where(f => parsed.GetResult(f.Option) is { Implicit: false }).Select(f => f.Setting)];

    /// <summary>The record with what a command line says.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="start">What counts where it says nothing.</param>
    /// <param name="isWanted">Which settings are taken; null for all.</param>
    /// <exception cref="CommandFailure">A flag makes no sense.</exception>
    public TTarget Read(ParseResult parsed, TTarget start, Func<Setting<TTarget>, bool>? isWanted = null)
    {
        foreach (var (setting, option) in _flags)
        {
            if (parsed.GetResult(option) is { Implicit: false } result && isWanted?.Invoke(setting) != false)
            {
                start = setting.Take(start, [.. result.Tokens.Select(t => t.Value)], result.IdentifierTokenCount > result.Tokens.Count, out var problem);
                if (problem is not null)
                {
                    throw new CommandFailure($"{setting.FlagName}: {problem}");
                }
            }
        }

        return start;
    }

    private static Option<string[]> OptionOf(Setting<TTarget> setting) => new(setting.FlagName, [.. setting.Aliases])
    {
        Description = setting.Description,
        HelpName = setting.MayStandAlone ? "true|false" : setting.HelpName,
        Arity = setting.MayStandAlone ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = Words,
    };

    private static string[] Words(ArgumentResult result) => [.. result.Tokens.Select(t => t.Value)];
}
