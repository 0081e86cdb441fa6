using System.Text.Json;

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
}
