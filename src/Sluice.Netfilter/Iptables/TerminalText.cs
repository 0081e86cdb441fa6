using System.Text;
using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables;

/// <summary>What stands in terminal copies between the rules: prompts with commands, cut marks, warnings.</summary>
internal static class TerminalText
{
    /// <summary>An iptables command in a prompt line.</summary>
    /// <param name="Family">IPv4 or IPv6 by the program's name.</param>
    /// <param name="Backend">The variant when the program's name says it.</param>
    /// <param name="Table">The table of <c>-t</c>; null when not given (save prints all, -L and -S filter).</param>
    /// <param name="IsListing">Whether a listing (-L) follows.</param>
    public sealed record Command(IPFamily Family, TableBackend Backend, string? Table, bool IsListing);

    /// <summary>Whether the line only says that lines were left out: dots, an ellipsis.</summary>
    public static bool IsCut(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t#[]()<>"u8);
        return (line.Length >= 3 && line.IndexOfAnyExcept((byte)'.', (byte)' ') < 0 && line.Count((byte)'.') >= 3) ||
            line.SequenceEqual("…"u8) || line.SequenceEqual("……"u8) ||
            line.SequenceEqual("snip"u8) || line.SequenceEqual("...snip..."u8) || line.SequenceEqual("--More--"u8);
    }

    /// <summary>Whether iptables warns that the other variant has tables too.</summary>
    public static bool IsTablesWarning(ReadOnlySpan<byte> line) => line.IndexOf("tables present, use iptables-"u8) >= 0;

    /// <summary>Finds a call of iptables in a prompt line; null when there is none.</summary>
    public static Command? ParseCommand(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf("tables"u8) < 0 || line.Length > 1000)
        {
            return null;
        }

        var words = Encoding.UTF8.GetString(line).Split((char[])[' ', '\t', '|', ';', '`', '$'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; i++)
        {
            var name = words[i][(words[i].LastIndexOf('/') + 1)..];
            if (name is "iptables" or "ip6tables" or "iptables-nft" or "ip6tables-nft" or "iptables-legacy" or "ip6tables-legacy" ||
                (name.EndsWith("-save", StringComparison.Ordinal) && name.Contains("tables", StringComparison.Ordinal)))
            {
                return ParseArguments(name, words.AsSpan(i + 1));
            }
        }

        return null;
    }

    private static Command? ParseArguments(string name, ReadOnlySpan<string> words)
    {
        var family = name.StartsWith("ip6", StringComparison.Ordinal) ? IPFamily.IPv6 : IPFamily.IPv4;
        var backend = name.Contains("legacy", StringComparison.Ordinal) ? TableBackend.Legacy
            : name.Contains("nft", StringComparison.Ordinal) ? TableBackend.Nft : TableBackend.Unknown;
        string? table = null;
        bool lists = false, shows = name.EndsWith("-save", StringComparison.Ordinal);
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                lists |= word == "--list";
                shows |= word == "--list-rules";
                table = word.StartsWith("--table=", StringComparison.Ordinal) ? word[8..] : word == "--table" && i + 1 < words.Length ? words[i + 1] : table;
            }
            else if (word.Length > 1 && word[0] == '-')
            {
                // Letters may be run together: -nvL, -vnLt nat, -tnat.
                lists |= word.Contains('L', StringComparison.Ordinal);
                shows |= word[1] == 'S';
                if (word[1] == 't' && word.Length > 2)
                {
                    table = word[2..];
                }
                else if (word[^1] == 't' && i + 1 < words.Length)
                {
                    table = words[i + 1];
                }
            }
        }

        table = Array.Find([.. BuiltinChains.Tables], t => t == table);
        return lists || shows ? new Command(family, backend, table ?? (name.EndsWith("-save", StringComparison.Ordinal) ? null : "filter"), lists) : null;
    }
}
