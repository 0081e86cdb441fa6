using Sluice.Netfilter.Nftables;

namespace Sluice.Netfilter;

/// <summary>What a line is to nftables.</summary>
internal enum NftLine
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A table or command in nft's language begins.</summary>
    Text,

    /// <summary>A command for a shell, which may hold quotes and backslashes.</summary>
    Shell,
}

/// <summary>Recognises lines in which something of nft's language begins.</summary>
internal static class NftLines
{
    private static readonly string[] s_verbs = ["add", "create", "insert", "delete", "destroy", "flush", "replace", "reset", "rename"];

    private static readonly string[] s_things =
        ["table", "chain", "rule", "set", "map", "element", "counter", "quota", "limit", "flowtable", "ct", "synproxy", "secmark", "ruleset"];

    /// <summary>What the line is.</summary>
    public static NftLine Of(ReadOnlySpan<byte> line)
    {
        line = line.TrimStart(" \t"u8);
        if (line.IsEmpty || line[0] is not (>= (byte)'a' and <= (byte)'t'))
        {
            return NftLine.None;
        }

        var word = Take(ref line);
        if (word.SequenceEqual("nft"u8))
        {
            line = line.TrimStart("'\""u8);
            return BeginsCommand(Take(ref line), line) ? NftLine.Shell : NftLine.None;
        }

        return BeginsCommand(word, line) || (word.SequenceEqual("table"u8) && BeginsTable(line)) ? NftLine.Text : NftLine.None;
    }

    /// <summary>The command without what a shell takes away.</summary>
    public static byte[] Unquoted(ReadOnlySpan<byte> line)
    {
        var clean = new List<byte>(line.Length);
        var text = line.TrimStart(" \t"u8);
        for (var i = 0; i < text.Length; i++)
        {
            var next = i + 1 < text.Length ? text[i + 1] : (byte)0;
            var isQuoteOfShell = text[i] == '\'' || (text[i] == '\\' && next is (byte)'{' or (byte)'}' or (byte)';' or (byte)'"' or (byte)'$');
            if (!isQuoteOfShell)
            {
                clean.Add(text[i]);
            }
        }

        return [.. clean];
    }

    private static bool BeginsCommand(ReadOnlySpan<byte> verb, ReadOnlySpan<byte> rest)
    {
        if (verb.SequenceEqual("define"u8) || verb.SequenceEqual("redefine"u8))
        {
            return rest.IndexOf((byte)'=') > 0;
        }

        return IsAny(verb, s_verbs) && IsAny(Take(ref rest), s_things);
    }

    // "table ip nat {", also without the family; a sentence that begins with "table" has no brace at its end.
    private static bool BeginsTable(ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimEnd(" \t\r"u8);
        var family = Take(ref rest);
        if (TableFamilyWords.Find(family) is not null)
        {
            return !Take(ref rest).IsEmpty && (rest.IsEmpty || rest[0] is (byte)'{' or (byte)'#' or (byte)';');
        }

        return !family.IsEmpty && rest is [(byte)'{', ..];
    }

    private static bool IsAny(ReadOnlySpan<byte> word, string[] words)
    {
        foreach (var known in words)
        {
            if (System.Text.Ascii.Equals(word, known))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAny(" \t"u8);
        var word = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..].TrimStart(" \t"u8);
        return word.TrimEnd("\r"u8);
    }
}
