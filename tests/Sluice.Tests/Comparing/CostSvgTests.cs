using System.Globalization;
using System.Xml.Linq;
using Sluice.Dataplane.Comparing;
using Sluice.Dataplane.Comparing.Plots;
using Xunit;

namespace Sluice.Tests.Comparing;

/// <summary>The drawing of a comparison: whole, legible, in light and dark.</summary>
public sealed class CostSvgTests
{
    // Wider than the usual sans-serif letters at these sizes.
    private const double WidthOfLetter = 0.58;

    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void Each_measured_figure_has_a_plot_with_a_line_for_each_mode_that_has_it()
    {
        var drawing = Draw(ComparedCosts.Make());
        var plots = drawing.Elements(s_svg + "g").ToDictionary(g => g.Element(s_svg + "text")!.Value, g => g.Elements(s_svg + "polyline").Select(l => l.Attribute("class")!.Value["line ".Length..]).ToList());
        Assert.Equal(6, plots.Count);
        Assert.Equal(["iptables", "ipvs", "nftables"], plots["Rules that the first packet to the last Service is compared with"]);
        Assert.Equal(["iptables", "nftables"], plots["One endpoint changed, measured"]);
    }

    [Fact]
    public void Without_measurements_only_what_was_counted_is_drawn()
    {
        var counted = ComparedCosts.Make();
        var drawing = Draw(counted with
        {
            Modes = [.. counted.Modes.Select(m => m with { Series = [.. m.Series.Select(p => p with { Measured = null, IsOverBudget = false })] })],
            Kernel = null,
        });
        Assert.Equal(2, drawing.Elements(s_svg + "g").Count());
        Assert.Contains("Nothing was measured.", drawing.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cluster_itself_is_marked_in_each_plot_and_missing_points_are_told()
    {
        var drawing = Draw(ComparedCosts.Make(services: 1200));
        Assert.All(drawing.Elements(s_svg + "g"), g => Assert.Contains("this cluster: 1,200", g.Value, StringComparison.Ordinal));
        Assert.Equal(4, drawing.Descendants(s_svg + "text").Count(t => t.Value == "then over the limit"));
        Assert.DoesNotContain("this cluster", Draw(ComparedCosts.Make(services: 50_000)).Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(1200)]
    [InlineData(30_000)]
    public void No_text_lies_over_another_or_leaves_the_drawing(int services)
    {
        var drawing = Draw(ComparedCosts.Make(services));
        var width = Number(drawing, "width");
        var height = Number(drawing, "height");
        var boxes = drawing.Descendants(s_svg + "text").Select(Box).ToList();
        foreach (var box in boxes)
        {
            Assert.True(box.Left >= 0 && box.Right <= width && box.Top >= 0 && box.Bottom <= height, $"{box} leaves the drawing of {width} x {height}");
        }

        for (var i = 0; i < boxes.Count; i++)
        {
            for (var j = i + 1; j < boxes.Count; j++)
            {
                var (a, b) = (boxes[i], boxes[j]);
                Assert.False(a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom, $"{a} lies over {b}");
            }
        }
    }

    [Fact]
    public void Colours_follow_the_reader() => Assert.Contains("prefers-color-scheme: dark", CostSvg.Write(ComparedCosts.Make()), StringComparison.Ordinal);

    [Fact]
    public void Names_from_elsewhere_cannot_break_the_drawing() =>
        Assert.Contains("<a&b>", Draw(ComparedCosts.Make() with { Where = "<a&b>" }).Value, StringComparison.Ordinal);

    private static XElement Draw(CostComparison comparison) => XDocument.Parse(CostSvg.Write(comparison)).Root!;

    private static (string Text, double Left, double Right, double Top, double Bottom) Box(XElement text)
    {
        var (dx, dy) = text.Parent!.Attribute("transform") is { Value: var move }
            ? (double.Parse(move["translate(".Length..].Split(' ')[0], CultureInfo.InvariantCulture), double.Parse(move.Split(' ')[1].TrimEnd(')'), CultureInfo.InvariantCulture))
            : (0, 0);
        var size = text.Attribute("class")!.Value.Split(' ')[0] switch { "head" => 20, "title" => 14, "mode" => 13, _ => 12 };
        var length = text.Value.Length * size * WidthOfLetter;
        var x = Number(text, "x") + dx - (text.Attribute("text-anchor")?.Value switch { "end" => length, "middle" => length / 2, _ => 0 });
        var y = Number(text, "y") + dy;
        return (text.Value, x, x + length, y - (size * 0.75), y + (size * 0.2));
    }

    private static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);
}
