namespace Sluice.Netfilter.Iptables;

/// <summary>Splits a command line into words as a shell would, quotes left in their words; ends where another command begins.</summary>
internal static class ShellWords
{
    public static List<string> Split(string line)
    {
        var words = new List<string>();
        var i = 0;
        while (i < line.Length)
        {
            if (char.IsWhiteSpace(line[i]))
            {
                i++;
                continue;
            }

            var start = i;
            i = EndOfWord(line, i);
            var word = line[start..i];
            words.Add(word);
        }

        return words;
    }

    /// <summary>Whether the command ends before the word: a pipe, a redirection, the next command, a comment.</summary>
    public static bool EndsCommand(string word) =>
        word is "|" or "||" or "&&" or "&" or ";" || word[0] is '>' or '<' or '|' or '#' || word.StartsWith("2>", StringComparison.Ordinal) || word is "\\";

    private static int EndOfWord(string line, int i)
    {
        var quote = '\0';
        for (; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\\' && quote != '\'' && i + 1 < line.Length)
            {
                i++;
            }
            else if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c is '"' or '\'' && line.IndexOf(c, i + 1) >= 0)
            {
                // An apostrophe of prose has no partner.
                quote = c;
            }
            else if (char.IsWhiteSpace(c))
            {
                break;
            }
        }

        return Math.Min(i, line.Length);
    }
}
