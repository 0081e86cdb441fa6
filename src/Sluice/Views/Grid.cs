using Sluice.Output;

namespace Sluice.Views;

/// <summary>Columns as kubectl prints them: headings, no lines, each as wide as its widest cell.</summary>
/// <param name="headings">The headings; one that begins with <c>&gt;</c> is of a column of numbers, aligned to the right.</param>
internal sealed class Grid(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Writes the grid. Nothing is cut: names and addresses are there to be copied.</summary>
    public void Write(Page page, Func<int, int, string, string>? paint = null)
    {
        var titles = headings.Select(h => h.TrimStart('>')).ToArray();
        var widths = titles.Select((t, i) => Math.Max(t.Length, _rows.Select(r => r[i].Length).DefaultIfEmpty(0).Max())).ToArray();
        page.Line(page.Ink.Bold(Join(titles, widths)));
        for (var row = 0; row < _rows.Count; row++)
        {
            var at = row;
            page.Line(Join(_rows[row], widths, (column, text) => paint?.Invoke(at, column, text) ?? text));
        }
    }

    private string Join(string[] cells, int[] widths, Func<int, string, string>? paint = null) => string.Join("  ", cells.Select((cell, i) =>
    {
        var text = headings[i].StartsWith('>') ? cell.PadLeft(widths[i]) : i == cells.Length - 1 ? cell : cell.PadRight(widths[i]);
        return paint?.Invoke(i, text) ?? text;
    }));
}
