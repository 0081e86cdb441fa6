using System.CommandLine;
using System.Globalization;
using Sluice.Daemon;

namespace Sluice.Commands;

/// <summary>The flags that say how often the rules of one mode are written and looked over.</summary>
internal sealed class PeriodOptions
{
    private readonly Option<string?> _sync;
    private readonly Option<string?> _minimum;
    private readonly SyncPeriods _default;

    /// <summary>The flags of a mode, and what counts without them.</summary>
    public PeriodOptions(string mode, SyncPeriods usual)
    {
        _default = usual;
        _sync = new Option<string?>($"--{mode}-sync-period")
        {
            Description = $"In {mode} mode: how often to look for what others changed, and the longest wait after a failure (default {Text(usual.Audit)})",
            HelpName = "DURATION",
        };
        _minimum = new Option<string?>($"--{mode}-min-sync-period")
        {
            Description = $"In {mode} mode: the shortest time from one write to the next; changes meanwhile are written together (default {Text(usual.Minimum)})",
            HelpName = "DURATION",
        };
    }

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_sync);
        command.Add(_minimum);
    }

    /// <summary>What they say.</summary>
    /// <exception cref="CommandFailure">They do not make sense.</exception>
    public SyncPeriods Read(ParseResult parsed)
    {
        var periods = new SyncPeriods(Duration(_sync, parsed) ?? _default.Audit, Duration(_minimum, parsed) ?? _default.Minimum);
        return periods.Audit <= TimeSpan.Zero ? throw new CommandFailure($"{_sync.Name} must be above 0")
            : periods.Minimum > periods.Audit ? throw new CommandFailure($"{_minimum.Name} must not be above {_sync.Name}")
            : periods;
    }

    private static string Text(TimeSpan period) => period == TimeSpan.Zero ? "0" : string.Create(CultureInfo.InvariantCulture, $"{period.TotalSeconds}s");

    private static TimeSpan? Duration(Option<string?> option, ParseResult parsed) => parsed.GetValue(option) is not { } text ? null
        : GoDuration.Read(text) ?? throw new CommandFailure($"'{text}' is no duration for {option.Name}: write it as 30s, 1m30s or 500ms");
}
