using System.Text;

namespace Sluice.Output;

/// <summary>A table of a document that is generated: flags and fields, metrics.</summary>
/// <param name="Heading">What it is of.</param>
/// <param name="Columns">The headings of its columns.</param>
/// <param name="Rows">Its rows, each with a text for each column.</param>
internal sealed record ReferenceTable(string Heading, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Writes a document of tables as Markdown.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="introduction">What stands before the tables.</param>
    /// <param name="tables">The tables.</param>
    public static string Write(string title, string introduction, IEnumerable<ReferenceTable> tables)
    {
        var text = new StringBuilder("# ").Append(title).Append("\n\n").Append(introduction).Append('\n');
        foreach (var table in tables)
        {
            text.Append("\n## ").Append(table.Heading).Append("\n\n");
            Row(text, table.Columns);
            Row(text, [.. table.Columns.Select(_ => "---")]);
            foreach (var row in table.Rows)
            {
                Row(text, row);
            }
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
}
