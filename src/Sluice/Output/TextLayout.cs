using System.Globalization;

namespace Sluice.Output;

/// <summary>Fits text into columns.</summary>
internal static class TextLayout
{
    /// <summary>Breaks a sentence into lines of at most that many characters, at spaces where it can.</summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        width = Math.Max(width, 10);
        while (text.Length > width)
        {
            var at = text.LastIndexOf(' ', width);
            at = at > width / 3 ? at : width;
            yield return text[..at].TrimEnd();
            text = text[at..].TrimStart();
        }

        yield return text;
    }

    /// <summary>Cuts text to a width, its end replaced by an ellipsis.</summary>
    public static string Fit(string text, int width) =>
        text.Length <= width ? text : width <= 1 ? "…" : text[..(width - 1)].TrimEnd() + "…";

    /// <summary>
    /// A rule cut to a width. Its comment gives way first; of iptables-save's form the target at the end stays, for that is what
    /// the rule does.
    /// </summary>
    public static string FitRule(string text, int width)
    {
        if (text.Length <= width)
        {
            return text;
        }

        text = FitComment(text, width);
        var target = Math.Max(text.LastIndexOf(" -j ", StringComparison.Ordinal), text.LastIndexOf(" -g ", StringComparison.Ordinal));
        var room = target < 0 ? -1 : width - (text.Length - target) - 1;
        return text.Length <= width ? text : room < 8 ? Fit(text, width) : text[..room].TrimEnd() + "…" + text[target..];
    }

    // -m comment --comment "words" becomes /* words */, cut to what room there is.
    private static string FitComment(string text, int width)
    {
        const string Option = "-m comment --comment ";
        var start = text.IndexOf(Option, StringComparison.Ordinal);
        if (start < 0)
        {
            return text;
        }

        var first = start + Option.Length;
        var isQuoted = first < text.Length && text[first] == '"';
        var end = isQuoted ? text.IndexOf('"', first + 1) : text.IndexOf(' ', first);
        end = end < 0 ? text.Length : isQuoted ? end + 1 : end;
        var words = text[first..end].Trim('"');
        var room = width - (text.Length - (end - start)) - "/*  */".Length;
        return room < 8 && words.Length > room
            ? text[..start] + text[end..].TrimStart()
            : $"{text[..start]}/* {Fit(words, room)} */{text[end..]}";
    }

    /// <summary>Numbers as ranges: <c>1-6, 9</c>.</summary>
    public static string Ranges(IReadOnlyList<int> numbers)
    {
        var parts = new List<string>();
        for (var i = 0; i < numbers.Count; i++)
        {
            var first = i;
            while (i + 1 < numbers.Count && numbers[i + 1] == numbers[i] + 1)
            {
                i++;
            }

            parts.Add(first == i ? $"{numbers[i]}" : $"{numbers[first]}-{numbers[i]}");
        }

        return string.Join(", ", parts);
    }

    /// <summary>A share as percent with as many digits as tell neighbours apart.</summary>
    public static string Percent(double value) =>
        (value * 100).ToString(value is 0 or 1 ? "0" : value < 0.001 ? "0.#####" : "0.000", CultureInfo.InvariantCulture) + "%";

    /// <summary>A share as a bar of the given width, in eighths of a character.</summary>
    public static string Bar(double share, int width)
    {
        const string Eighths = " ▏▎▍▌▋▊▉";
        var eighths = (int)Math.Round(Math.Clamp(share, 0, 1) * width * 8);
        eighths = share > 0 ? Math.Max(1, eighths) : 0;
        var bar = new string('█', eighths / 8) + (eighths % 8 > 0 ? Eighths[eighths % 8].ToString() : "");
        return bar.PadRight(width, '·');
    }
}
