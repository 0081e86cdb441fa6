using System.Globalization;
using Sluice.Dataplane.Cost;
using Sluice.Dataplane.Reports;
using Sluice.Output;

namespace Sluice.Views;

/// <summary>What connections cost, for people: a sentence, the addresses, and how cost grows with a Service's place.</summary>
internal sealed class CostView(Page page)
{
    private const int MaxRows = 20;

    // Below this, cost does not depend on the place in any way a person would call growth.
    private const double NoGrowth = 0.01;

    /// <summary>Writes the report.</summary>
    public void Write(CostReport report)
    {
        WriteSummary(report.Summary);
        if (report.Items.Count == 0)
        {
            return;
        }

        page.Line();
        WriteTable(report);
        new CostPlot(page).Write(report.Items);
        page.Section("Growth", [Growth(report)]);
    }

    /// <summary>Writes the two sentences without the table.</summary>
    public void WriteBrief(CostReport report)
    {
        WriteSummary(report.Summary);
        page.Section("Growth", [Growth(report)]);
    }

    private void WriteSummary(CostSummary summary)
    {
        var text = summary.Worst is not { } worst
            ? "no Services: nothing to measure"
            : $"The first packet of a connection to one of {summary.Services} Services ({summary.Addresses} addresses) is compared with " +
              $"{Number(summary.Median)} rules at the median, {worst.RulesEvaluated} at worst ({worst.Name}).";
        foreach (var line in TextLayout.Wrap(text, page.TextWidth))
        {
            page.Line(line);
        }
    }

    private void WriteTable(CostReport report)
    {
        IReadOnlyList<ServiceCost> items = report.Items;
        var isCut = !page.IsWide && items.Count > MaxRows;
        if (isCut)
        {
            items = [.. items.OrderByDescending(i => i.RulesEvaluated).Take(MaxRows - 2)];
        }

        var grid = new Grid("NAME", "ADDRESS", "FROM", ">PLACE", ">RULES", "BY HOOK");
        foreach (var item in items)
        {
            grid.Add(
                item.Name,
                item.Address?.WithPort(item.Port) ?? $"*:{item.Port}",
                item.From == CostOrigin.Pod ? "pod" : "outside",
                item.PositionInServices is { } place ? $"{place}" : "-",
                $"{item.RulesEvaluated}",
                string.Join(' ', item.ByHook.Select(h => $"{Short(HookNames.Of(h.Hook))} {h.Rules}")));
        }

        grid.Write(page);
        if (isCut)
        {
            page.Line(page.Ink.Dim($"... the {items.Count} most expensive of {report.Items.Count} (-o wide shows all)"));
        }
    }

    private static string Growth(CostReport report)
    {
        var none = report.Summary.NoService is { } rules ? $" A packet to no Service pays {rules}." : "";
        return report.Summary.GrowthPerService switch
        {
            null => "one Service tells nothing about growth." + none,
            < NoGrowth => "cost does not depend on how many Services there are." + none,
            { } growth => $"each Service further down the list costs {Number(growth)} rules more: matching is O(n). " +
                $"With 10,000 more Services the last one pays about {Number(Math.Round(growth * 10_000, 0))} more.{none}",
        };
    }

    private static string Short(string hook) => hook switch
    {
        "PREROUTING" => "pre",
        "POSTROUTING" => "post",
        "FORWARD" => "fwd",
        "OUTPUT" => "out",
        _ => "in",
    };

    private static string Number(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);
}
