using System.Text.RegularExpressions;

namespace Sluice.Linux.Iptables;

/// <summary>What iptables-restore printed when it failed, in the words of either variant.</summary>
/// <param name="Reason">The reason in its own words.</param>
/// <param name="Line">The number of the line it names; null when it names none.</param>
/// <param name="MissingChain">The chain that a jump goes to and that does not exist, when that is the reason.</param>
internal sealed partial record RestoreComplaint(string Reason, int? Line, string? MissingChain)
{
    internal static RestoreComplaint Parse(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var missing = MissingTarget().Match(text) is { Success: true } jump ? jump.Groups["chain"].Value : null;
        foreach (var line in lines)
        {
            // The kernel's answer to one change of iptables-nft: "line 4: RULE_APPEND failed (Invalid argument): rule in chain X".
            if (Refusal().Match(line) is { Success: true } refusal)
            {
                return new RestoreComplaint(refusal.Groups["reason"].Value, Number(refusal), missing);
            }

            // Both variants about a command: "line 2 failed: No chain/target/match by that name."; legacy gives no reason.
            if (Failure().Match(line) is { Success: true } failure)
            {
                return new RestoreComplaint(failure.Groups["reason"].Value.TrimEnd('.'), Number(failure), missing);
            }

            if (Unfinished().Match(line) is { Success: true } unfinished)
            {
                return new RestoreComplaint("COMMIT expected", Number(unfinished), missing);
            }
        }

        // What the parser does not like: the reason first, the number after it.
        var place = Place().Match(text);
        return new RestoreComplaint(WithoutProgram(lines.FirstOrDefault(l => !Place().IsMatch(l)) ?? ""), place.Success ? Number(place) : null, missing);
    }

    private static int? Number(Match match) => int.TryParse(match.Groups["line"].Value, out var number) ? number : null;

    private static string WithoutProgram(string line) => Program().Replace(line, "").TrimEnd('.');

    [GeneratedRegex(@"^line (?<line>[0-9]+): (?<reason>\w+ failed \(.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Refusal();

    [GeneratedRegex(@"line (?<line>[0-9]+) failed(: (?<reason>.*))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Failure();

    [GeneratedRegex(@"COMMIT expected at line (?<line>[0-9]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"Error occurred at line: (?<line>[0-9]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();

    [GeneratedRegex(@"(Chain '|Couldn't load target `)(?<chain>[^']+)'", RegexOptions.ExplicitCapture)]
    private static partial Regex MissingTarget();

    [GeneratedRegex(@"^(ip6?tables[\w-]*( v[0-9.]+ \(\w+\))?: )+", RegexOptions.ExplicitCapture)]
    private static partial Regex Program();
}
