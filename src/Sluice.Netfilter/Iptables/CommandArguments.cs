using System.Globalization;

namespace Sluice.Netfilter.Iptables;

/// <summary>The arguments of a call of iptables: its table, what it does, and the rest as iptables-save would have it.</summary>
internal sealed class CommandArguments
{
    private static readonly (string Long, char Short)[] s_actions =
    [
        ("--append", 'A'), ("--insert", 'I'), ("--new-chain", 'N'), ("--policy", 'P'), ("--list", 'L'), ("--list-rules", 'S'),
        ("--delete", 'D'), ("--flush", 'F'), ("--delete-chain", 'X'), ("--zero", 'Z'), ("--replace", 'R'), ("--rename-chain", 'E'), ("--check", 'C'),
    ];

    private readonly List<string> _rule = [];
    private string _chain = "";
    private string? _position;

    /// <summary>The table of <c>-t</c>; null when not given or none of iptables' tables.</summary>
    public string? Table { get; private set; }

    /// <summary>The command's letter; <c>\0</c> when there is none.</summary>
    public char Action { get; private set; }

    public static CommandArguments Parse(IEnumerable<string> words)
    {
        var arguments = new CommandArguments();
        var queue = new Queue<string>(words.TakeWhile(w => !ShellWords.EndsCommand(w)).Select(w => w.TrimEnd(';')));
        while (queue.TryDequeue(out var word))
        {
            arguments.Take(word, queue);
        }

        return arguments;
    }

    /// <summary>The change as a line of iptables-save: <c>-A CHAIN options</c>.</summary>
    public string ToLine() => string.Join(' ', ((string?[])[$"-{Action}", _chain, _position]).Concat(_rule).Where(w => !string.IsNullOrEmpty(w)));

    private void Take(string word, Queue<string> rest)
    {
        // iptables takes --name=value as well; not so in quotes.
        if (word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=', StringComparison.Ordinal) is > 2 and var equals)
        {
            TakeOption(word[..equals], [word[(equals + 1)..]]);
            return;
        }

        TakeOption(word, rest);
    }

    private void TakeOption(string word, Queue<string> rest)
    {
        if (word is "-t" or "--table")
        {
            SetTable(rest.TryDequeue(out var table) ? table : "");
        }
        else if (word is "-w" or "--wait" or "-W" or "--wait-interval")
        {
            // Its number of seconds is optional.
            _ = rest.TryPeek(out var next) && uint.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out _) && rest.TryDequeue(out _);
        }
        else if (Action == '\0' && LongAction(word) is not '\0' and var action)
        {
            Begin(action, rest);
        }
        else if (Action is '\0' or 'L' or 'S' && word is ['-', not '-', ..])
        {
            TakeLetters(word[1..], rest);
        }
        else if (Action != '\0' && word is not ("-n" or "-v" or "-x" or "-4" or "-6" or "--numeric" or "--verbose"))
        {
            _rule.Add(word);
        }
    }

    private void TakeOption(string word, ReadOnlySpan<string> argument)
    {
        var rest = new Queue<string>(argument.ToArray());
        TakeOption(word, rest);
        _rule.AddRange(rest);
    }

    // Letters may be run together: -nvL, -vnLt nat, -tnat.
    private void TakeLetters(string letters, Queue<string> rest)
    {
        for (var i = 0; i < letters.Length; i++)
        {
            var letter = letters[i];
            if (letter == 't')
            {
                SetTable(i + 1 < letters.Length ? letters[(i + 1)..] : rest.TryDequeue(out var table) ? table : "");
                return;
            }

            if (Action == '\0' && Array.Exists(s_actions, a => a.Short == letter))
            {
                Begin(letter, rest);
            }
        }
    }

    private void Begin(char action, Queue<string> rest)
    {
        Action = action;
        if (action is not ('L' or 'S') && rest.TryPeek(out var chain) && !chain.StartsWith('-'))
        {
            _chain = rest.Dequeue().Trim('"', '\'');
            if (action == 'I' && rest.TryPeek(out var position) && uint.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                _position = rest.Dequeue();
            }
        }
    }

    private void SetTable(string name) => Table = BuiltinChains.Tables.FirstOrDefault(t => t == name.Trim('"', '\''));

    private static char LongAction(string word) => word.StartsWith("--", StringComparison.Ordinal)
        ? Array.Find(s_actions, a => a.Long == word).Short
        : '\0';
}
