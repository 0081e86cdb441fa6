using System.Globalization;
using System.Text;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables;

/// <summary>Writes the words of rules as iptables-save does, quoting and inverting where needed.</summary>
internal sealed class SaveWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>What was written so far.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>Appends raw text.</summary>
    public SaveWriter Raw(string text)
    {
        _text.Append(text);
        return this;
    }

    /// <summary>Appends a word after a blank.</summary>
    public SaveWriter Word(string word)
    {
        _text.Append(' ').Append(word);
        return this;
    }

    /// <summary>Appends an option, with <c>!</c> before it when inverted.</summary>
    public SaveWriter Option(string name, bool inverted = false)
    {
        if (inverted)
        {
            _text.Append(" !");
        }

        return Word(name);
    }

    /// <summary>Appends an option with its argument.</summary>
    public SaveWriter Option<T>(string name, Negatable<T> argument)
        where T : notnull => Option(name, argument.Inverted).Argument(argument.Value);

    /// <summary>Appends an option with its argument.</summary>
    public SaveWriter Option<T>(string name, T argument)
        where T : notnull => Option(name).Argument(argument);

    /// <summary>Appends an option with its argument when there is one.</summary>
    public SaveWriter Optional<T>(string name, Negatable<T>? argument)
        where T : notnull => argument is { } value ? Option(name, value) : this;

    /// <summary>Appends an option with its argument when there is one.</summary>
    public SaveWriter Optional<T>(string name, T? argument)
        where T : struct => argument is { } value ? Option(name, value) : this;

    /// <summary>Appends an option without argument when it is set.</summary>
    public SaveWriter Flag(string name, bool isSet) => isSet ? Option(name) : this;

    /// <summary>Appends a word in quotes when it needs them (xtables_save_string).</summary>
    public SaveWriter Quoted(string text)
    {
        if (text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            return Word(text);
        }

        return InQuotes(text);
    }

    /// <summary>Appends a word in quotes.</summary>
    public SaveWriter InQuotes(string text)
    {
        _text.Append(" \"");
        foreach (var c in text)
        {
            // A line break would end the rule; iptables-restore has no escape for it.
            _text.Append(c switch { '"' or '\\' or '\'' => "\\", _ => "" }).Append(c is '\n' or '\r' or '\0' ? ' ' : c);
        }

        _text.Append('"');
        return this;
    }

    // Text that would fall apart into several words, or vanish, stands in quotes.
    private SaveWriter Argument<T>(T value)
        where T : notnull => value is string text && (text.Length == 0 || text.AsSpan().IndexOfAny(" \t\"") >= 0) ? InQuotes(text) : Word(Format(value));

    private static string Format<T>(T value)
        where T : notnull => value switch
        {
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
}
