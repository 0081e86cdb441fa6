using System.Text.Json;
using Sluice.Dataplane.Cost;

namespace Sluice.Dataplane.Reports;

/// <summary>The document of what connections to Services cost: <c>kind: CostReport</c>.</summary>
public static class CostReportDocument
{
    /// <summary>Writes a report.</summary>
    public static void Write(Utf8JsonWriter writer, CostReport report)
    {
        writer.WriteStartObject();
        Header.Write(writer, "CostReport");
        writer.WriteStartArray("items");
        foreach (var item in report.Items)
        {
            WriteItem(writer, item);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("summary");
        writer.WriteNumber("services", report.Summary.Services);
        writer.WriteNumber("addresses", report.Summary.Addresses);
        writer.WriteNumberOrNull("worst", report.Summary.Worst?.RulesEvaluated);
        writer.WriteString("worstName", report.Summary.Worst?.Name);
        writer.WriteNumber("median", report.Summary.Median);
        writer.WriteNumberOrNull("noService", report.Summary.NoService);
        if (report.Summary.GrowthPerService is { } growth)
        {
            writer.WriteNumber("growthPerService", Math.Round(growth, 6));
        }
        else
        {
            writer.WriteNull("growthPerService");
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteItem(Utf8JsonWriter writer, ServiceCost item)
    {
        writer.WriteStartObject();
        writer.WriteString("name", item.Name);
        writer.WriteString("protocol", item.Protocol.ToString());
        writer.WriteString("kind", item.Kind.ToString());
        writer.WriteString("address", item.Address?.ToString());
        writer.WriteNumber("port", item.Port);
        writer.WriteString("from", item.From.ToString());
        writer.WriteString("verdict", item.Verdict.ToString());
        writer.WriteNumberOrNull("place", item.PositionInServices);
        writer.WriteNumber("rulesEvaluated", item.RulesEvaluated);
        writer.WriteHooks("byHook", item.ByHook);
        writer.WriteEndObject();
    }
}
