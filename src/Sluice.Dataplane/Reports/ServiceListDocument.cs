using System.Text.Json;
using Sluice.Dataplane.Services;

namespace Sluice.Dataplane.Reports;

/// <summary>The document of the Services that a node's rules serve: <c>kind: ServiceList</c>.</summary>
public static class ServiceListDocument
{
    /// <summary>Writes Services.</summary>
    public static void Write(Utf8JsonWriter writer, IEnumerable<ServiceInfo> services)
    {
        writer.WriteStartObject();
        Header.Write(writer, "ServiceList");
        writer.WriteStartArray("items");
        foreach (var service in services)
        {
            WriteService(writer, service);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteService(Utf8JsonWriter writer, ServiceInfo service)
    {
        writer.WriteStartObject();
        writer.WriteString("name", service.Name);
        writer.WriteString("portName", service.PortName);
        writer.WriteString("protocol", service.Protocol.ToString());
        writer.WriteString("family", service.Family.ToString());
        writer.WriteStartArray("addresses");
        foreach (var address in service.Addresses)
        {
            WriteAddress(writer, address);
        }

        writer.WriteEndArray();
        WriteEndpoints(writer, "endpoints", service.Endpoints);
        if (service.LocalEndpoints.Count > 0)
        {
            WriteEndpoints(writer, "localEndpoints", service.LocalEndpoints);
        }

        writer.WriteNumberOrNull("rulesToReach", service.RulesToReach);
        writer.WriteString("chain", service.Chain);
        if (service.Scheduler is { } scheduler)
        {
            writer.WriteString("scheduler", scheduler);
        }

        writer.WriteString("sessionAffinity", service.HasAffinity ? "ClientIP" : "None");
        writer.WriteString("internalTrafficPolicy", service.InternalPolicy?.ToString());
        writer.WriteString("externalTrafficPolicy", service.ExternalPolicy?.ToString());
        if (service.HealthCheckPort is { } port)
        {
            writer.WriteNumber("healthCheckNodePort", port);
        }

        if (service.Refusal is { } refusal)
        {
            WriteRefusal(writer, refusal);
        }

        writer.WriteEndObject();
    }

    private static void WriteAddress(Utf8JsonWriter writer, ServiceAddress address)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", address.Kind.ToString());
        writer.WriteString("address", address.Address?.ToString());
        writer.WriteNumber("port", address.Port);
        writer.WriteNumberOrNull("rulesToReach", address.RulesToReach);
        WriteRule(writer, address.Rule);
        if (address.Server is { } server)
        {
            writer.WriteString("virtualServer", server.Key.ToString());
        }

        if (address.Refusal is { } refusal)
        {
            WriteRefusal(writer, refusal);
        }

        writer.WriteEndObject();
    }

    private static void WriteEndpoints(Utf8JsonWriter writer, string name, IEnumerable<ServiceEndpoint> endpoints)
    {
        writer.WriteStartArray(name);
        foreach (var endpoint in endpoints)
        {
            writer.WriteStartObject();
            writer.WriteString("address", endpoint.Address?.ToString());
            writer.WriteNumberOrNull("port", endpoint.Port);
            if (endpoint.Probability is { } probability)
            {
                writer.WriteNumber("probability", probability.ToDouble());
                writer.WriteString("exactProbability", Header.ExactOf(probability));
            }
            else
            {
                writer.WriteNull("probability");
            }

            writer.WriteString("chain", endpoint.Chain);
            if (endpoint.IsMissing)
            {
                writer.WriteBoolean("missing", true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRefusal(Utf8JsonWriter writer, ServiceRefusal refusal)
    {
        writer.WriteStartObject("refusal");
        writer.WriteString("action", refusal.Action.ToString());
        writer.WriteString("reason", refusal.Reason);
        WriteRule(writer, refusal.Rule);
        writer.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter writer, RuleReference? rule)
    {
        if (rule is null)
        {
            writer.WriteNull("rule");
            return;
        }

        writer.WriteStartObject("rule");
        writer.WriteString("table", rule.Table);
        writer.WriteString("chain", rule.Chain);
        writer.WriteNumber("rule", rule.Number);
        writer.WriteNumber("line", rule.Line);
        writer.WriteEndObject();
    }
}
