using Sluice.Linux.Tools;
using Sluice.Netfilter.Text;

namespace Sluice.Linux;

/// <summary>Reads this node with its own tools. Only reads: nothing is changed.</summary>
public static class LiveNode
{
    private static readonly string[][] s_rules =
    [
        ["iptables-nft-save", "iptables-legacy-save", "iptables-save"],
        ["ip6tables-nft-save", "ip6tables-legacy-save", "ip6tables-save"],
    ];

    private static readonly string[][] s_routing =
    [
        ["ip", "-j", "addr"],
        ["ip", "-j", "-4", "route", "show", "table", "all"],
        ["ip", "-j", "-6", "route", "show", "table", "all"],
        ["ip", "-j", "-4", "rule"],
        ["ip", "-j", "-6", "rule"],
    ];

    /// <summary>What the tools print, or why there is nothing.</summary>
    public static LiveNodeResult Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return new LiveNodeResult([], "only a Linux node can be read directly: run this on one");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            return new LiveNodeResult([], "reading the rules of this node needs root: run it with sudo");
        }

        var sources = new List<SourceText>();
        var isInstalled = false;
        string? problem = null;
        foreach (var variants in s_rules)
        {
            problem = ReadRules(variants, sources, ref isInstalled) ?? problem;
        }

        if (sources.Count == 0)
        {
            return new LiveNodeResult([], problem ?? (isInstalled ? "this node has no iptables rules at all: look on another one" : "iptables-save is not installed here: install iptables"));
        }

        foreach (var command in s_routing)
        {
            var run = SystemTool.Run(command[0], command[1..]);
            if (run is { Succeeded: true, Output.Length: > 0 })
            {
                sources.Add(new SourceText(string.Join(' ', command), run.Output));
            }
        }

        return new LiveNodeResult(sources, Problem: null);
    }

    // The last name is whichever of the two the node prefers: it is asked only where neither has a name of its own.
    private static string? ReadRules(string[] variants, List<SourceText> sources, ref bool isInstalled)
    {
        string? problem = null;
        var found = false;
        for (var i = 0; i < variants.Length && !(found && i == variants.Length - 1); i++)
        {
            if (SystemTool.Run(variants[i], []) is not { } run)
            {
                continue;
            }

            found = isInstalled = true;
            if (!run.Succeeded)
            {
                problem = $"{variants[i]} failed ({run.Error}): repair that";
            }
            else if (run.Output.Length > 0)
            {
                sources.Add(new SourceText(variants[i], run.Output));
            }
        }

        return problem;
    }
}

/// <summary>What reading this node gave.</summary>
/// <param name="Sources">The output of each tool, named by its command.</param>
/// <param name="Problem">Why there is none, and what to do; null when there is.</param>
public sealed record LiveNodeResult(IReadOnlyList<SourceText> Sources, string? Problem);
