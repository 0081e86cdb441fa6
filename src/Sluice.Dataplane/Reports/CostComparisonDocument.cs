using System.Text.Json;
using Sluice.Dataplane.Comparing;

namespace Sluice.Dataplane.Reports;

/// <summary>The document of what a cluster costs in each mode: <c>kind: CostComparison</c>. Times are in seconds, memory in bytes; what is not known is null.</summary>
public static class CostComparisonDocument
{
    /// <summary>Writes a comparison.</summary>
    public static void Write(Utf8JsonWriter writer, CostComparison comparison)
    {
        writer.WriteStartObject();
        Header.Write(writer, "CostComparison");
        WriteCluster(writer, comparison);
        writer.WriteString("kernel", comparison.Kernel);
        writer.WriteNumber("budgetSeconds", comparison.Budget.TotalSeconds);
        writer.WriteStartArray("modes");
        foreach (var mode in comparison.Modes)
        {
            writer.WriteStartObject();
            writer.WriteString("mode", mode.Mode);
            WriteNumber(writer, "growthPerService", mode.RulesPerService is { } growth ? Math.Round(growth, 6) : null);
            writer.WritePropertyName("cluster");
            WritePoint(writer, mode.Cluster);
            writer.WriteStartArray("series");
            foreach (var point in mode.Series)
            {
                WritePoint(writer, point);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteAdvice(writer, CostAdvice.Of(comparison));
        writer.WriteEndObject();
    }

    private static void WriteCluster(Utf8JsonWriter writer, CostComparison comparison)
    {
        var shape = comparison.Shape;
        writer.WriteStartObject("cluster");
        writer.WriteString("source", comparison.Where);
        writer.WriteString("family", comparison.Family.ToString());
        writer.WriteNumber("services", shape.Services);
        writer.WriteNumber("ports", shape.Ports);
        writer.WriteNumber("endpoints", shape.Endpoints);
        writer.WriteNumber("endpointsPerService", Math.Round(shape.EndpointsPerService, 3));
        writer.WriteNumber("withNodePorts", shape.WithNodePorts);
        writer.WriteNumber("withLoadBalancers", shape.WithLoadBalancers);
        writer.WriteNumber("withExternalIPs", shape.WithExternalIPs);
        writer.WriteNumber("withAffinity", shape.WithAffinity);
        writer.WriteNumber("withLocalPolicy", shape.WithLocalPolicy);
        writer.WriteEndObject();
    }

    private static void WritePoint(Utf8JsonWriter writer, CostPoint point)
    {
        var (counted, held) = (point.Counted, point.Counted.Held);
        writer.WriteStartObject();
        writer.WriteNumber("services", point.Services);
        writer.WriteStartObject("rulesEvaluated");
        writer.WriteNumber("first", counted.First);
        writer.WriteNumber("median", counted.Median);
        writer.WriteNumber("last", counted.Last);
        writer.WriteNumber("noService", counted.NoService);
        writer.WriteEndObject();
        writer.WriteStartObject("held");
        writer.WriteNumber("rules", held.Rules);
        writer.WriteNumber("chains", held.Chains);
        writer.WriteNumber("elements", held.Elements);
        writer.WriteNumber("virtualServers", held.VirtualServers);
        writer.WriteNumber("realServers", held.RealServers);
        writer.WriteEndObject();
        writer.WritePropertyName("measured");
        if (point.Measured is { } measured)
        {
            WriteMeasured(writer, measured);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteString("notMeasured", point.NotMeasured);
        writer.WriteEndObject();
    }

    private static void WriteMeasured(Utf8JsonWriter writer, MeasuredCost measured)
    {
        writer.WriteStartObject();
        writer.WriteString("tool", measured.Tool);
        writer.WriteNumber("loadSeconds", measured.Load.TotalSeconds);
        WriteNumber(writer, "changeSeconds", measured.Change?.TotalSeconds);
        writer.WriteNumber("changes", measured.Changes);
        WriteNumber(writer, "kernelBytes", measured.KernelBytes);
        writer.WriteStartObject("connectSeconds");
        WriteNumber(writer, "direct", measured.DirectConnect?.TotalSeconds);
        WriteNumber(writer, "last", measured.LastConnect?.TotalSeconds);
        WriteNumber(writer, "noService", measured.NoServiceConnect?.TotalSeconds);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteAdvice(Utf8JsonWriter writer, CostAdvice? advice)
    {
        writer.WritePropertyName("recommendation");
        if (advice is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("mode", advice.Mode);
        writer.WriteStrings("reasons", advice.Reasons);
        writer.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
