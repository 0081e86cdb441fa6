using System.Globalization;

namespace Sluice.KernelTests.Lab;

/// <summary>Reads the line x_tables logs for a traced packet: <c>TRACE: table:chain:rule:number </c>.</summary>
internal static class LegacyTrace
{
    private static readonly string[] Hooks = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

    internal static string Hook(int number) => number < Hooks.Length ? Hooks[number] : "?";

    internal static bool IsHook(string chain) => Hooks.Contains(chain);

    internal static TraceStep? Read(string prefix, int hook, uint mark)
    {
        if (!prefix.StartsWith("TRACE: ", StringComparison.Ordinal))
        {
            return null;
        }

        var parts = prefix[7..].Trim().Split(':');
        if (parts.Length < 4 || !int.TryParse(parts[^1], CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        // A chain may have colons in its name. "return" is the end of a user-defined chain, not a RETURN rule; it and
        // "policy" carry the number of the place behind the last rule, which nf_tables does not know: leave it out.
        var chain = string.Join(':', parts[1..^2]);
        return parts[^2] switch
        {
            "rule" => new TraceStep(Hook(hook), parts[0], chain, TraceKind.Rule, number, null, mark),
            "return" => new TraceStep(Hook(hook), parts[0], chain, TraceKind.End, 0, null, mark),
            "policy" => new TraceStep(Hook(hook), parts[0], chain, TraceKind.Policy, 0, null, mark),
            _ => null,
        };
    }
}
