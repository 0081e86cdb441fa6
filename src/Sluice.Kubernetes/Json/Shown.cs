using System.Globalization;
using System.Text;

namespace Sluice.Kubernetes.Json;

/// <summary>Text of others made fit for a message: short, on one line, without what a terminal would obey.</summary>
internal static class Shown
{
    private const int MaxLength = 60;

    /// <summary>The text in quotes, cut when long.</summary>
    public static string Quoted(string text) =>
        text.Length > MaxLength ? $"\"{Line(text[..MaxLength])}...\"" : $"\"{Line(text)}\"";

    /// <summary>The first sentence of what another program says about a text, cut when it repeats too much of it.</summary>
    public static string Complaint(string message)
    {
        var sentence = message.IndexOf(". ", StringComparison.Ordinal) is > 0 and var end ? message[..end] : message.TrimEnd('.');
        return Line(sentence.Length > 2 * MaxLength ? $"{sentence[..(2 * MaxLength)]}..." : sentence);
    }

    /// <summary>The text with control characters, and what else breaks a line, escaped.</summary>
    public static string Line(string text)
    {
        if (!text.Any(IsUnfit))
        {
            return text;
        }

        var shown = new StringBuilder();
        foreach (var c in text)
        {
            _ = IsUnfit(c) ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : shown.Append(c);
        }

        return shown.ToString();
    }

    private static bool IsUnfit(char c) =>
        char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
