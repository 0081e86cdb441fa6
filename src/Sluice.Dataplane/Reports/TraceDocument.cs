using System.Text.Json;
using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Reports;

/// <summary>The document of a trace: <c>kind: Trace</c>.</summary>
public static class TraceDocument
{
    /// <summary>Writes a trace.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="name">What the asker calls the packet; null when nothing.</param>
    /// <param name="isReply">Whether the trace is of the answer to the packet.</param>
    public static void Write(Utf8JsonWriter writer, Trace trace, string? name = null, bool isReply = false)
    {
        writer.WriteStartObject();
        Header.Write(writer, "Trace");
        if (name is not null)
        {
            writer.WriteString("name", name);
        }

        if (isReply)
        {
            writer.WriteBoolean("reply", true);
        }

        writer.WriteStartObject("packet");
        WritePacket(writer, trace.Packet);
        writer.WriteEndObject();
        writer.WriteString("verdict", trace.Verdict.ToString());
        writer.WriteString("summary", Headline.Of(trace, isReply));
        writer.WriteStartArray("outcomes");
        foreach (var outcome in trace.Outcomes)
        {
            WriteOutcome(writer, trace, outcome);
        }

        writer.WriteEndArray();
        writer.WriteStrings("assumptions", trace.Assumptions);
        writer.WriteStartObject("cost");
        writer.WriteNumber("rulesEvaluated", trace.RulesEvaluated);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WritePacket(Utf8JsonWriter writer, Packet packet)
    {
        writer.WriteString("family", packet.Family.ToString());
        writer.WriteString("protocol", packet.Protocol.ToString());
        writer.WriteString("source", packet.Source.ToString());
        writer.WriteNumberIfKnown("sourcePort", packet.SourcePort);
        writer.WriteString("destination", packet.Destination.ToString());
        writer.WriteNumberIfKnown("destinationPort", packet.DestinationPort);
        writer.WriteString("state", packet.State.ToString());
        writer.WriteString("entry", packet.Entry.ToString());
        if (packet.InInterface is { } name)
        {
            writer.WriteString("inInterface", name);
        }

        if (packet.Mark != 0)
        {
            writer.WriteString("mark", $"0x{packet.Mark:x}");
        }

        if (packet.TcpFlags is { } flags)
        {
            writer.WriteString("tcpFlags", flags.ToString().ToUpperInvariant().Replace(", ", ",", StringComparison.Ordinal));
        }

        writer.WriteNumberIfKnown("icmpType", packet.IcmpType);
        writer.WriteNumberIfKnown("icmpCode", packet.IcmpCode);
    }

    private static void WriteOutcome(Utf8JsonWriter writer, Trace trace, Outcome outcome)
    {
        writer.WriteStartObject();
        writer.WriteString("disposition", outcome.Disposition.ToString());
        writer.WriteNumber("probability", outcome.Probability.ToDouble());
        writer.WriteString("exactProbability", Header.ExactOf(outcome.Probability));
        writer.WriteString("destination", outcome.Destination?.ToString());
        writer.WriteNumberIfKnown("destinationPort", outcome.DestinationPort);
        if (outcome.RealServer is { } real)
        {
            writer.WriteString("realServer", real.ToString());
        }

        writer.WriteBoolean("masquerade", MasqueradeReason.IsDue(outcome));
        if (MasqueradeReason.Of(trace, outcome) is { } why)
        {
            writer.WriteString("masqueradeReason", why);
        }

        writer.WriteString("source", outcome.Source?.ToString());
        writer.WriteNumberIfKnown("sourcePort", outcome.SourcePort);
        writer.WriteString("mark", $"0x{outcome.Mark:x}");
        writer.WriteString("outInterface", outcome.OutInterface);
        writer.WriteStrings("conditions", outcome.Conditions);
        writer.WriteString("reason", outcome.Reason);
        if (outcome.RejectWith is { } with)
        {
            writer.WriteString("rejectWith", with);
        }

        if (outcome.IsAmbiguous)
        {
            writer.WriteBoolean("ambiguous", true);
        }

        writer.WriteNumber("rulesEvaluated", outcome.RulesEvaluated);
        writer.WriteHooks("byHook", outcome.CostByHook);
        writer.WriteStartArray("path");
        foreach (var step in outcome.Path)
        {
            WriteStep(writer, step);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter writer, Step step)
    {
        writer.WriteStartObject();
        writer.WriteString("hook", HookNames.Of(step.Hook));
        writer.WriteString("table", step.Table.Name);
        writer.WriteString("chain", step.Chain.Name);
        writer.WriteNumber("rule", step.RuleNumber);
        writer.WriteNumber("line", step.Line);
        if ((step.Rule?.Source ?? step.Chain.Source).Source is { } source)
        {
            writer.WriteString("source", source.Name);
        }

        writer.WriteString("text", step.Text);
        writer.WriteString("verdict", step.Action);
        if (step.Chance is { } chance)
        {
            writer.WriteString("chance", Header.ExactOf(chance));
        }

        writer.WriteEndObject();
    }
}
