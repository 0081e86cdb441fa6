using System.Text.Json;
using Sluice.Dataplane.Migration;

namespace Sluice.Dataplane.Reports;

/// <summary>The document of which Services behave differently on two sides: <c>kind: MigrationReport</c>.</summary>
public static class MigrationReportDocument
{
    /// <summary>Writes the reports of the families.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<(Net.IPFamily Family, MigrationReport Report)> reports)
    {
        writer.WriteStartObject();
        Header.Write(writer, "MigrationReport");
        writer.WriteString("from", reports[0].Report.From);
        writer.WriteString("to", reports[0].Report.To);
        writer.WriteStartArray("families");
        foreach (var (family, report) in reports)
        {
            writer.WriteStartObject();
            writer.WriteString("family", family.ToString());
            writer.WriteNumber("services", report.Services);
            writer.WriteNumber("packets", report.Packets);
            writer.WriteNumber("differentServices", report.DifferentServices);
            writer.WriteStartArray("causes");
            foreach (var cause in report.Causes)
            {
                Write(writer, cause);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, DifferenceCause cause)
    {
        writer.WriteStartObject();
        writer.WriteString("name", cause.Name);
        writer.WriteStartArray("known");
        foreach (var known in cause.Known)
        {
            writer.WriteStartObject();
            writer.WriteString("name", known.Name);
            writer.WriteString("reason", known.Reason);
            writer.WriteString("document", known.Document);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("items");
        foreach (var service in cause.Services)
        {
            var (probe, example) = (service.Example.Probe, service.Example);
            writer.WriteStartObject();
            writer.WriteString("name", service.Service);
            writer.WriteNumber("packets", service.Packets);
            writer.WriteStartObject("example");
            writer.WriteString("kind", probe.Target.Kind.ToString());
            writer.WriteString("protocol", probe.Target.Protocol.ToString());
            writer.WriteString("address", probe.Target.Address.ToString());
            writer.WriteNumber("port", probe.Target.Port);
            writer.WriteString("from", probe.Origin.ToString());
            writer.WriteString("source", probe.Packet.Source.ToString());
            Write(writer, "before", example.Before, example.RuleBefore);
            Write(writer, "after", example.After, example.RuleAfter);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, Behaviour behaviour, string? rule)
    {
        writer.WriteStartObject(name);
        writer.WriteStartArray("outcomes");
        foreach (var way in behaviour.Ways)
        {
            writer.WriteStartObject();
            writer.WriteString("disposition", way.Disposition.ToString());
            writer.WriteString("destination", way.Destination);
            writer.WriteBoolean("masquerade", way.Masquerade);
            writer.WriteString("rejectWith", way.RejectWith);
            writer.WriteString("exactProbability", way.Share is { } share ? Header.ExactOf(share) : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("remembersClients", behaviour.RemembersClients);
        writer.WriteString("rule", rule);
        writer.WriteEndObject();
    }
}
