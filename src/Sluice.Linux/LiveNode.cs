using Sluice.Linux.Netlink.Ipset;
using Sluice.Linux.Netlink.Ipvs;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Linux.Tools;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Text;

namespace Sluice.Linux;

/// <summary>Reads this node: the rules of iptables and routing with its own tools; those of nftables, sets and virtual servers from the kernel. Only reads: nothing is changed or loaded.</summary>
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

        if ((ReadNftables(sources) ?? ReadIpvs(sources)) is { } refusal)
        {
            return new LiveNodeResult([], refusal);
        }

        if (sources.Count == 0)
        {
            return new LiveNodeResult([], problem ?? (isInstalled ? "this node has no rules at all: look on another one" : "this node has no nftables rules, and iptables-save is not installed: install iptables"));
        }

        if (ReadIpsets(sources) is { } fault)
        {
            return new LiveNodeResult([], fault);
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

    // Tables that iptables keeps in nf_tables are what iptables-save prints: the writer leaves them out.
    private static string? ReadNftables(List<SourceText> sources)
    {
        using var connection = NftConnection.TryOpen(out _);
        if (connection is null)
        {
            return null;
        }

        if (connection.Read(out var ruleset, out _) is { } problem)
        {
            return $"{problem}: give the process CAP_NET_ADMIN, or try again";
        }

        Add(sources, "nftables", NftWriter.Write(ruleset));
        return null;
    }

    // Where IPVS may not be asked, as in a user namespace, the snapshot has none, and answers say so.
    private static string? ReadIpvs(List<SourceText> sources)
    {
        using var connection = IpvsConnection.TryOpenLoaded(out _);
        if (connection is null)
        {
            return null;
        }

        var problem = connection.Read(out var table);
        using var text = new StringWriter();
        IpvsWriter.Write(text, table);
        Add(sources, "ipvs", text.ToString());
        return problem;
    }

    private static string? ReadIpsets(List<SourceText> sources)
    {
        using var connection = IpsetConnection.TryOpenLoaded(out _);
        if (connection is null)
        {
            return null;
        }

        var problem = connection.Read(out var table);
        using var text = new StringWriter();
        IpSetWriter.Write(text, table);
        Add(sources, "ipsets", text.ToString());
        return problem;
    }

    private static void Add(List<SourceText> sources, string name, string text)
    {
        if (text.Length > 0)
        {
            sources.Add(SourceText.Of(name, text));
        }
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
/// <param name="Sources">The output of each tool, named by its command, and what the kernel holds of nftables, sets and virtual servers, as their tools write it.</param>
/// <param name="Problem">Why there is none, and what to do; null when there is.</param>
public sealed record LiveNodeResult(IReadOnlyList<SourceText> Sources, string? Problem);
