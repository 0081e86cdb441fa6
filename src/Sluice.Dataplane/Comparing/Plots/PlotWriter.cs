using System.Globalization;
using System.Security;
using System.Text;

namespace Sluice.Dataplane.Comparing.Plots;

/// <summary>Draws one plot as a part of an SVG drawing.</summary>
/// <param name="plot">The plot; it has a line.</param>
/// <param name="comparison">What it is of.</param>
internal sealed class PlotWriter(Plot plot, CostComparison comparison)
{
    /// <summary>The width of a plot with its labels, in pixels.</summary>
    public const int Width = 572;

    /// <summary>The height of a plot with its labels, in pixels.</summary>
    public const int Height = 330;

    private const int Left = 74;
    private const int Right = 130;
    private const int Top = 48;
    private const int Bottom = 44;
    private const int LineHeight = 14;
    private const int LabelDistance = 30;

    private readonly LogAxis _x = new(
        plot.Lines.SelectMany(l => l.Points).Min(p => p.Services), plot.Lines.SelectMany(l => l.Points).Max(p => p.Services), Left, Width - Right, isRounded: false);

    private readonly LogAxis _y = new(
        plot.Lines.SelectMany(l => l.Points).Min(p => p.Value), plot.Lines.SelectMany(l => l.Points).Max(p => p.Value), Height - Bottom, Top, isRounded: true);

    /// <summary>Text that may stand in a drawing.</summary>
    public static string Escape(string text) => SecurityElement.Escape(text);

    /// <summary>Draws it.</summary>
    /// <param name="text">The drawing.</param>
    /// <param name="x">Where it begins, from the left.</param>
    /// <param name="y">Where it begins, from the top.</param>
    public void Write(StringBuilder text, int x, int y)
    {
        text.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({x} {y})\">\n<text class=\"title\" x=\"8\" y=\"18\">{Escape(plot.Title)}</text>\n");
        WriteAxes(text);
        WriteCluster(text);
        foreach (var line in plot.Lines)
        {
            WriteLine(text, line);
        }

        WriteNames(text);
        text.Append("</g>\n");
    }

    private void WriteAxes(StringBuilder text)
    {
        foreach (var value in _y.Between)
        {
            Horizontal(text, value, "fine");
        }

        foreach (var value in _y.Decades)
        {
            Horizontal(text, value, "grid");
            text.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" text-anchor=\"end\" x=\"{Left - 8}\" y=\"{_y.At(value) + 4:0.#}\">{plot.Unit(value)}</text>\n");
        }

        foreach (var value in _x.Decades)
        {
            text.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{_x.At(value):0.#}\" x2=\"{_x.At(value):0.#}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>\n");
            text.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" text-anchor=\"middle\" x=\"{_x.At(value):0.#}\" y=\"{Height - Bottom + 17}\">{CostUnits.Count(value)}</text>\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Height - Bottom}\" y2=\"{Height - Bottom}\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" text-anchor=\"middle\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - Bottom + 35}\">Services</text>\n");
    }

    private void Horizontal(StringBuilder text, double value, string style) => text.Append(
        CultureInfo.InvariantCulture, $"<line class=\"{style}\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{_y.At(value):0.#}\" y2=\"{_y.At(value):0.#}\"/>\n");

    // A cluster larger or smaller than all sizes of the series has no place on the axis.
    private void WriteCluster(StringBuilder text)
    {
        var services = comparison.Shape.Services;
        var x = _x.At(services);
        if (x is < Left or > Width - Right)
        {
            return;
        }

        var anchor = x > (Left + Width - Right) / 2 ? "end" : "start";
        text.Append(CultureInfo.InvariantCulture, $"<line class=\"here\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{Top - 8}\" y2=\"{Height - Bottom}\"/>\n");
        text.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" text-anchor=\"{anchor}\" x=\"{x + (anchor == "end" ? 4 : -4):0.#}\" y=\"{Top - 12}\">this cluster: {CostUnits.Count(services)}</text>\n");
        foreach (var line in plot.Lines.Where(l => l.Cluster is not null))
        {
            text.Append(CultureInfo.InvariantCulture, $"<circle class=\"ring {line.Mode}\" cx=\"{x:0.#}\" cy=\"{_y.At(line.Cluster!.Value):0.#}\" r=\"6\"/>\n");
        }
    }

    private void WriteLine(StringBuilder text, PlotLine line)
    {
        text.Append(CultureInfo.InvariantCulture, $"<polyline class=\"line {line.Mode}\" points=\"");
        text.AppendJoin(' ', line.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{_x.At(p.Services):0.#},{_y.At(p.Value):0.#}"))).Append("\"/>\n");
        foreach (var point in line.Points)
        {
            text.Append(CultureInfo.InvariantCulture, $"<circle class=\"fill {line.Mode}\" cx=\"{_x.At(point.Services):0.#}\" cy=\"{_y.At(point.Value):0.#}\" r=\"3\"><title>{line.Mode}, {CostUnits.Count(point.Services)} Services: {plot.Unit(point.Value)}</title></circle>\n");
        }
    }

    // Beside the axis' end, each as near to its line's as the others allow.
    private void WriteNames(StringBuilder text)
    {
        var lines = plot.Lines.OrderBy(l => _y.At(l.Points[^1].Value)).ToList();
        var places = lines.ConvertAll(l => _y.At(l.Points[^1].Value) - 2);
        for (var i = 1; i < places.Count; i++)
        {
            places[i] = Math.Max(places[i], places[i - 1] + HeightOf(lines[i - 1]));
        }

        // What is pushed beyond the bottom pushes the others up again.
        for (var (i, bottom) = (places.Count - 1, Height - Bottom + 10.0); i >= 0; i--)
        {
            places[i] = Math.Min(places[i], bottom - HeightOf(lines[i]) + LineHeight);
            bottom = places[i] - LineHeight;
        }

        for (var i = 0; i < lines.Count; i++)
        {
            var last = lines[i].Points[^1];
            text.Append(CultureInfo.InvariantCulture, $"<text class=\"mode fill {lines[i].Mode}\" x=\"{Width - Right + 10}\" y=\"{places[i]:0.#}\">{lines[i].Mode}</text>\n");
            text.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Width - Right + 10}\" y=\"{places[i] + LineHeight:0.#}\">{plot.Unit(last.Value)}</text>\n");
            if (lines[i].Remark is { } remark)
            {
                text.Append(CultureInfo.InvariantCulture, $"<text class=\"tick\" x=\"{Width - Right + 10}\" y=\"{places[i] + (2 * LineHeight):0.#}\">{remark}</text>\n");
            }
        }
    }

    private static int HeightOf(PlotLine line) => LabelDistance + (line.Remark is null ? 0 : LineHeight);
}
