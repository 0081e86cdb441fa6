using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables;

/// <summary>Finds a call of iptables in a line: behind prompts, sudo, kubectl exec and the like.</summary>
internal static class TerminalCommandParser
{
    private const int LongestLine = 4096;

    // Words that may stand between a prompt and the program.
    private static readonly string[] s_runners =
        ["sudo", "kubectl", "docker", "podman", "nerdctl", "crictl", "ssh", "nsenter", "chroot", "exec", "time", "minikube", "oc", "+", "watch", "run", "ip"];

    /// <summary>The call in the line; null when there is none.</summary>
    public static TerminalCommand? Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length > LongestLine || line.IndexOf("tables"u8) < 0)
        {
            return null;
        }

        var words = ShellWords.Split(Encoding.UTF8.GetString(line));
        for (var i = 0; i < words.Count; i++)
        {
            var name = words[i][(words[i].LastIndexOf('/') + 1)..].Trim('`', '\'', '"', '$', '(', ')', ':');
            if (IsProgram(name) && Parse(name, words[(i + 1)..], IsPrompt(words, i)) is { } command)
            {
                return command;
            }
        }

        return null;
    }

    private static bool IsProgram(string name) =>
        name is "iptables" or "ip6tables" or "iptables-nft" or "ip6tables-nft" or "iptables-legacy" or "ip6tables-legacy" or
            "iptables-save" or "ip6tables-save" or "iptables-nft-save" or "ip6tables-nft-save" or "iptables-legacy-save" or "ip6tables-legacy-save";

    // Prose that mentions a call has other words before it.
    private static bool IsPrompt(List<string> words, int program)
    {
        if (program == 0 || words.FindIndex(0, program, w => s_runners.Contains(w, StringComparer.Ordinal)) >= 0)
        {
            return true;
        }

        var last = words[program - 1];
        return last[^1] is '$' or '#' or '%' or '>' or '~' or ';' or '&' or '|' or '(' || !char.IsAscii(last[^1]) && !char.IsLetter(last[^1]);
    }

    private static TerminalCommand? Parse(string name, List<string> words, bool isPrompt)
    {
        var family = name.StartsWith("ip6", StringComparison.Ordinal) ? IPFamily.IPv6 : IPFamily.IPv4;
        var backend = name.Contains("legacy", StringComparison.Ordinal) ? TableBackend.Legacy
            : name.Contains("nft", StringComparison.Ordinal) ? TableBackend.Nft : TableBackend.Unknown;
        var saves = name.EndsWith("-save", StringComparison.Ordinal);
        var arguments = CommandArguments.Parse(words);
        if (arguments.Action == '\0' && !saves)
        {
            return null;
        }

        var action = saves || arguments.Action is 'L' or 'S' ? TerminalAction.Show
            : arguments.Action is 'A' or 'I' or 'N' or 'P' ? TerminalAction.Change
            : TerminalAction.Other;
        return new TerminalCommand(family, backend, arguments.Table ?? (saves ? null : "filter"), action, isPrompt)
        {
            Line = action == TerminalAction.Change ? Encoding.UTF8.GetBytes(arguments.ToLine()) : [],
        };
    }
}
