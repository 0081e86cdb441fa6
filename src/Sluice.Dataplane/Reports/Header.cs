using System.Text.Json;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Reports;

/// <summary>What all documents begin with, and how they write values that may be missing.</summary>
internal static class Header
{
    public const string ApiVersion = "sluice/v1";

    public static void Write(Utf8JsonWriter writer, string kind)
    {
        writer.WriteString("apiVersion", ApiVersion);
        writer.WriteString("kind", kind);
    }

    public static void WriteNumberIfKnown(this Utf8JsonWriter writer, string name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    public static void WriteStrings(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    public static void WriteNumberOrNull(this Utf8JsonWriter writer, string name, int? value)
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

    public static void WriteHooks(this Utf8JsonWriter writer, string name, IEnumerable<HookCost> costs)
    {
        writer.WriteStartObject(name);
        foreach (var cost in costs)
        {
            writer.WriteNumber(HookNames.Of(cost.Hook), cost.Rules);
        }

        writer.WriteEndObject();
    }

    // A fraction even when it is whole, so that a reader needs one rule only.
    public static string ExactOf(Probability probability) => $"{probability.Numerator}/{probability.Denominator}";
}
