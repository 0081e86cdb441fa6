using System.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>How people and pagers write in a copy that lines were left out: dots, an ellipsis, <c>[snip]</c>.</summary>
internal static class CutMark
{
    private const int LongestWord = 64;

    private static readonly string[] s_words =
    [
        "snip", "snipped", "cut", "omitted", "truncated", "skipped", "more", "etc", "and so on",
        "省略", "略", "以下省略", "以下略", "中略", "后略", "後略", "пропущено", "вырезано", "сокращено", "и т.д", "и так далее",
    ];

    /// <summary>Whether the line only says that lines were left out.</summary>
    public static bool Is(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("..."u8) || line.StartsWith("…"u8))
        {
            return true;
        }

        if (line.Length > LongestWord)
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(line);
        var core = text.AsSpan().Trim("#[](){}<>（）【】《》-—–=*/ \t.…‥・·。⋮:");
        if (core.IsEmpty)
        {
            return text.Contains("...", StringComparison.Ordinal) || text.AsSpan().ContainsAny("…‥⋮") || text.Contains(". . .", StringComparison.Ordinal) ||
                text.Contains("。。。", StringComparison.Ordinal) || text.Contains("・・・", StringComparison.Ordinal) || text.Contains("···", StringComparison.Ordinal);
        }

        // A word alone may be anything; in brackets or between dots it is a mark.
        if (core.Length == text.AsSpan().Trim().Length)
        {
            return false;
        }

        foreach (var word in s_words)
        {
            if (core.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
