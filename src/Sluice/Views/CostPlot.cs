using Sluice.Dataplane.Cost;
using Sluice.Output;

namespace Sluice.Views;

/// <summary>A small plot: rules compared against the place in KUBE-SERVICES.</summary>
internal sealed class CostPlot(Page page)
{
    private const int Height = 6;
    private const int MaxColumns = 60;

    /// <summary>Writes the plot; nothing when there are too few places to see anything.</summary>
    public void Write(IReadOnlyList<ServiceCost> items)
    {
        var points = items.Where(i => i.PositionInServices is not null && i.Kind != Dataplane.Services.ServiceAddressKind.NodePort)
            .Select(i => (Place: i.PositionInServices!.Value, i.RulesEvaluated))
            .OrderBy(p => p.Place)
            .ToList();
        if (points.Count < 3)
        {
            return;
        }

        var first = points[0].Place;
        var last = points[^1].Place;
        var top = points.Max(p => p.RulesEvaluated);
        var columns = Math.Min(MaxColumns, last - first + 1);
        var heights = new int[columns];
        foreach (var (place, rules) in points)
        {
            var column = (int)((long)(place - first) * columns / (last - first + 1));
            heights[column] = Math.Max(heights[column], rules);
        }

        page.Line();
        page.Line(page.Ink.Bold("Rules compared by place in the list of Services"));
        var label = $"{top}".Length;
        for (var row = Height; row >= 1; row--)
        {
            var bars = string.Concat(heights.Select(h => Cell(h, top, row)));
            page.Line($"  {(row == Height ? $"{top}" : "").PadLeft(label)} │{page.Ink.Cyan(bars)}");
        }

        page.Line($"  {"0".PadLeft(label)} └{new string('─', columns)}");
        page.Line($"  {"".PadLeft(label)}  {$"{first}".PadRight(Math.Max(1, columns - $"{last}".Length))}{last}");
    }

    private static char Cell(int value, int top, int row)
    {
        const string Eighths = " ▁▂▃▄▅▆▇█";
        var eighths = (int)Math.Ceiling((double)value * Height * 8 / top) - ((row - 1) * 8);
        return Eighths[Math.Clamp(eighths, 0, 8)];
    }
}
