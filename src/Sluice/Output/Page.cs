namespace Sluice.Output;

/// <summary>Where a human view is written: lines, colours, and how wide it may be.</summary>
/// <param name="output">The text.</param>
/// <param name="ink">Colours.</param>
/// <param name="width">Columns.</param>
/// <param name="isWide">Whether everything is to be shown, however long.</param>
internal sealed class Page(TextWriter output, Ink ink, int width, bool isWide)
{
    // Sentences longer than this are hard to read, however wide the terminal is.
    private const int MaxTextWidth = 100;

    /// <summary>Colours.</summary>
    public Ink Ink { get; } = ink;

    /// <summary>Columns for lines that must not wrap.</summary>
    public int Width { get; } = isWide ? int.MaxValue : width;

    /// <summary>Columns for sentences.</summary>
    public int TextWidth { get; } = Math.Min(width, MaxTextWidth);

    /// <summary>Whether everything is to be shown, however long.</summary>
    public bool IsWide { get; } = isWide;

    /// <summary>Writes a line.</summary>
    public void Line(string text = "") => output.WriteLine(text.TrimEnd());

    /// <summary>Writes sentences behind a title.</summary>
    public void Section(string title, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        Line();
        var indent = Math.Max(9, title.Length + 2);
        var head = Ink.Bold(title.PadRight(indent));
        foreach (var line in texts.SelectMany(t => TextLayout.Wrap(t, TextWidth - indent)))
        {
            Line(head + line);
            head = new string(' ', indent);
        }
    }
}
