using System.Globalization;
using System.Text;

namespace Sluice.Dataplane.Comparing.Plots;

/// <summary>The plots of a comparison as one SVG drawing, for a light page or a dark one as the reader has it.</summary>
public static class CostSvg
{
    private const int Columns = 2;
    private const int HeaderHeight = 84;
    private const int FooterHeight = 34;
    private const int Margin = 20;

    /// <summary>Draws.</summary>
    /// <param name="comparison">The comparison; each mode with sizes to compare.</param>
    public static string Write(CostComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var plots = CostPlots.Of(comparison);
        var width = (2 * Margin) + (Columns * PlotWriter.Width);
        var height = HeaderHeight + ((plots.Count + Columns - 1) / Columns * PlotWriter.Height) + FooterHeight;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="What a cluster of Services costs in each mode">
            {Style}
            <rect class="page" width="{width}" height="{height}"/>
            <text class="head" x="{Margin + 8}" y="34">What Services cost, by their number</text>
            <text class="note" x="{Margin + 8}" y="57">{Shape(comparison)}</text>

            """);
        for (var i = 0; i < plots.Count; i++)
        {
            new PlotWriter(plots[i], comparison).Write(text, Margin + (i % Columns * PlotWriter.Width), HeaderHeight + (i / Columns * PlotWriter.Height));
        }

        text.Append(CultureInfo.InvariantCulture, $"<text class=\"note\" x=\"{Margin + 8}\" y=\"{height - 14}\">{Origin(comparison)}</text>\n</svg>\n");
        return text.ToString();
    }

    // Attributes would not follow the reader's colour scheme.
    private const string Style = """
        <style>
        svg { font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color-scheme: light dark; }
        .page { fill: #ffffff; } .head { font-size: 20px; font-weight: 600; fill: #1f2328; }
        .title { font-size: 14px; font-weight: 600; fill: #1f2328; } .note, .tick { font-size: 12px; fill: #57606a; } .mode { font-size: 13px; font-weight: 600; }
        .grid { stroke: #d8dee4; stroke-width: 1; } .fine { stroke: #eef1f4; stroke-width: 1; } .axis { stroke: #8c959f; stroke-width: 1; }
        .here { stroke: #57606a; stroke-width: 1; stroke-dasharray: 4 3; } .line { fill: none; stroke-width: 2; } .ring { fill: none; stroke-width: 2; }
        .iptables { stroke: #bc4c00; } .ipvs { stroke: #8250df; } .nftables { stroke: #0a7d66; }
        .fill.iptables { fill: #bc4c00; } .fill.ipvs { fill: #8250df; } .fill.nftables { fill: #0a7d66; } .fill { stroke: none; }
        text.fill { stroke: none; }
        @media (prefers-color-scheme: dark) {
        .page { fill: #0d1117; } .head, .title { fill: #e6edf3; } .note, .tick { fill: #9da7b3; }
        .grid { stroke: #30363d; } .fine { stroke: #1c2128; } .axis { stroke: #6e7681; } .here { stroke: #9da7b3; }
        .iptables { stroke: #f0883e; } .ipvs { stroke: #bc8cff; } .nftables { stroke: #3fb9a0; }
        .fill.iptables { fill: #f0883e; } .fill.ipvs { fill: #bc8cff; } .fill.nftables { fill: #3fb9a0; }
        }
        </style>
        """;

    private static string Shape(CostComparison comparison) => Text(
        $"Clusters of the shape of {PlotWriter.Escape(comparison.Where)}: {comparison.Shape.EndpointsPerService:0.##} endpoints for each Service at the mean. Both axes are logarithmic.");

    private static string Origin(CostComparison comparison) =>
        "Counted: from the planned rules, by tracing a packet through them. " + (comparison.Kernel is { } kernel
            ? Text($"Measured: in network namespaces of this run, Linux {PlotWriter.Escape(kernel)}, at most {comparison.Budget.TotalSeconds:0} s for each point and mode.")
            : "Nothing was measured.");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
