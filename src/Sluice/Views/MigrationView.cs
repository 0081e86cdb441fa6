using System.Globalization;
using Sluice.Dataplane.Migration;
using Sluice.Net;
using Sluice.Output;

namespace Sluice.Views;

/// <summary>Which Services behave differently on two sides, for people: by cause, with one example each.</summary>
internal sealed class MigrationView(Page page)
{
    private const int MaxNames = 12;
    private const int MaxUnexplained = 20;
    private const int MaxWays = 4;

    /// <summary>Writes the report of a family.</summary>
    public void Write(IPFamily family, MigrationReport report)
    {
        Wrap(Text($"{family}: {report.Packets:#,0} packets to {report.Services:#,0} Service port{(report.Services == 1 ? "" : "s")}, traced in {report.From} and in {report.To}: ") +
            (report.Causes.Count == 0 ? "all behave alike." : Text($"{report.DifferentServices:#,0} behave{(report.DifferentServices == 1 ? "s" : "")} differently.")), "");
        foreach (var cause in report.Causes)
        {
            page.Line();
            var title = Text($"{cause.Name}: {cause.Services.Count:#,0} Service port{(cause.Services.Count == 1 ? "" : "s")}");
            page.Line(cause.Known.Count == 0 ? page.Ink.Bad(title) : page.Ink.Bold(title));
            foreach (var known in cause.Known)
            {
                Wrap($"{known.Reason} ({known.Document})", "  ");
            }

            if (cause.Known.Count == 0)
            {
                WriteEach(cause, report);
            }
            else
            {
                WriteNames(cause);
                WriteExample("example: ", cause.Services[0], report);
            }
        }
    }

    private void WriteNames(DifferenceCause cause)
    {
        var shown = page.IsWide ? cause.Services.Count : Math.Min(MaxNames, cause.Services.Count);
        var more = cause.Services.Count > shown ? Text($", and {cause.Services.Count - shown:#,0} more (-o wide shows all)") : "";
        Wrap(string.Join(", ", cause.Services.Take(shown).Select(s => s.Service)) + more, "  ");
    }

    private void WriteEach(DifferenceCause cause, MigrationReport report)
    {
        var shown = page.IsWide ? cause.Services.Count : Math.Min(MaxUnexplained, cause.Services.Count);
        foreach (var service in cause.Services.Take(shown))
        {
            WriteExample(service.Service + ": ", service, report);
        }

        if (shown < cause.Services.Count)
        {
            page.Line(Text($"  and {cause.Services.Count - shown:#,0} more (-o wide shows all)"));
        }
    }

    private void WriteExample(string title, ServiceDifference service, MigrationReport report)
    {
        var (probe, difference) = (service.Example.Probe, service.Example);
        Wrap($"{title}{probe.Target}, from {Words(probe.Origin)} ({probe.Packet.Source}){(service.Packets > 1 ? Text($"; {service.Packets} packets differ") : "")}", "  ");
        Side(report.From, difference.Before, difference.RuleBefore);
        Side(report.To, difference.After, difference.RuleAfter);
    }

    private void Side(string name, Behaviour behaviour, string? rule)
    {
        var ways = behaviour.Ways.Take(MaxWays).Select(w => w.Text + (w.Share is not { IsOne: false } share ? "" : $" {TextLayout.Percent(share.ToDouble())}"));
        var text = string.Join("; ", ways) + (behaviour.Ways.Count > MaxWays ? Text($"; {behaviour.Ways.Count - MaxWays} more") : "") + (behaviour.RemembersClients ? "; clients are remembered" : "");
        Wrap($"{name}: {(behaviour.Ways.Count == 0 ? "depends on the client alone" : text)}", "    ");
        if (rule is not null)
        {
            foreach (var line in page.IsWide ? TextLayout.Wrap(rule, page.TextWidth - 8) : [TextLayout.FitRule(rule, page.TextWidth - 8)])
            {
                page.Line("        " + page.Ink.Dim(line));
            }
        }
    }

    private void Wrap(string text, string indent)
    {
        var first = true;
        foreach (var line in TextLayout.Wrap(text, page.TextWidth - indent.Length - 2))
        {
            page.Line(indent + (first || indent.Length == 0 ? "" : "  ") + line);
            first = false;
        }
    }

    private static string Words(ProbeOrigin origin) => origin switch
    {
        ProbeOrigin.Pod => "a pod",
        ProbeOrigin.Node => "the node itself",
        ProbeOrigin.OtherNode => "another node",
        ProbeOrigin.Outside => "outside",
        ProbeOrigin.AllowedSource => "an allowed source",
        ProbeOrigin.Endpoint => "an endpoint",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
