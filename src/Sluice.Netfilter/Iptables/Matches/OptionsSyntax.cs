using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary>How an option's argument is written.</summary>
internal enum ArgumentStyle
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>A word.</summary>
    Word,

    /// <summary>A word, in quotes when it needs them.</summary>
    Quotable,

    /// <summary>Text that always stands in quotes.</summary>
    Quoted,
}

/// <summary>An option of a module that is read by table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Style">How its argument is written.</param>
/// <param name="Forms">The forms it has in a listing, see <see cref="ListingForm"/>; none when a listing does not tell it, or not as it was.</param>
internal sealed record OptionForm(string Name, ArgumentStyle Style, params string[] Forms);

/// <summary>The syntax of a module that is a table: its options, and the words they have in a listing.</summary>
/// <param name="name">The module's name.</param>
/// <param name="heading">The words before its options in a listing; null when no listing of it can be read.</param>
/// <param name="options">Its options in the order iptables-save prints them.</param>
internal sealed class OptionsSyntax(string name, string? heading, params OptionForm[] options) : MatchSyntax
{
    private readonly byte[]? _heading = heading is null ? null : Encoding.ASCII.GetBytes(heading);
    private readonly Utf8Words _names = new([.. options.Select(o => o.Name)]);
    private readonly byte[][][] _forms = [.. options.Select(o => o.Forms.Select(Encoding.ASCII.GetBytes).ToArray())];

    public override string Name => name;

    public override IReadOnlyList<Type> MatchTypes => [];

    public override Match Initial { get; } = new OptionsMatch(name, default);

    public override Match? ReadListing(ref ListingReader words)
    {
        if (_heading is null || (_heading.Length > 0 && !words.TryTakeForm(_heading)))
        {
            return null;
        }

        var match = (OptionsMatch)Initial;
        while (ListedOption(ref words) is { } option)
        {
            match = With(match, option);
        }

        // A module whose first word is its own must say something, or it is another's word.
        return match.Options.Count > 0 || options.Length == 0 ? match : null;
    }

    public override Match? Take(Match current, ref OptionReader option)
    {
        var index = _names.IndexOf(option.Name);
        if (index < 0)
        {
            return null;
        }

        var argument = options[index].Style == ArgumentStyle.None ? "" : option.Text();
        return With((OptionsMatch)current, new MatchOption(options[index].Name, argument, option.Inverted));
    }

    public override void Write(Match match, SaveWriter writer)
    {
        foreach (var option in ((OptionsMatch)match).Options)
        {
            writer.Option(option.Name, option.Inverted);
            _ = options[IndexOf(option)].Style switch
            {
                ArgumentStyle.None => writer,
                ArgumentStyle.Quoted => writer.InQuotes(option.Argument),
                ArgumentStyle.Quotable => writer.Quoted(option.Argument),
                _ => option.Argument.Contains(' ', StringComparison.Ordinal) || option.Argument.Length == 0 ? writer.Quoted(option.Argument) : writer.Word(option.Argument),
            };
        }
    }

    private int IndexOf(MatchOption option) => Array.FindIndex(options, o => o.Name == option.Name);

    // Adds an option at its place in the table; one that is there already gives way.
    private OptionsMatch With(OptionsMatch match, MatchOption option)
    {
        var place = IndexOf(option);
        var list = match.Options.Where(o => o.Name != option.Name).ToList();
        list.Insert(list.Count(o => IndexOf(o) < place), option);
        return match with { Options = list.ToEquatableArray() };
    }

    private MatchOption? ListedOption(ref ListingReader words)
    {
        for (var i = 0; i < options.Length; i++)
        {
            foreach (var form in _forms[i])
            {
                if (words.TryTakeForm(form, out var inverted, out var argument))
                {
                    return new MatchOption(options[i].Name, options[i].Style == ArgumentStyle.None ? "" : words.Text(argument), inverted);
                }
            }
        }

        return null;
    }
}
