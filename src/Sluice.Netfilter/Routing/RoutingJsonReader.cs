using System.Text.Json;
using System.Text.Unicode;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Routing;

/// <summary>Reads what <c>ip -j address</c>, <c>ip -j route</c> and <c>ip -j rule</c> print: an array of objects, told apart by their keys.</summary>
public static class RoutingJsonReader
{
    /// <summary>
    /// The length of the array of objects that a text begins with; 0 when it begins with something else, or the array does
    /// not end. A prompt (<c>[root@node]#</c>) and a counter (<c>[12:720]</c>) are told apart by their second character.
    /// </summary>
    public static int ArrayLength(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] != '[' || text[1..].TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)']', ..])
        {
            return 0;
        }

        try
        {
            var reader = new Utf8JsonReader(text, isFinalBlock: false, default);
            return reader.Read() && reader.TrySkip() ? (int)reader.BytesConsumed : 0;
        }
        catch (JsonException)
        {
            return 0;
        }
    }

    /// <summary>Reads one array of objects into the builders.</summary>
    /// <param name="span">Where the array stands: from its <c>[</c> to its <c>]</c>.</param>
    /// <param name="interfaces">Where interfaces go.</param>
    /// <param name="routing">Where routes and rules go.</param>
    /// <returns>Whether it was one of the three listings, or an empty one of any kind.</returns>
    public static bool TryRead(SourceSpan span, InterfaceTableBuilder interfaces, RoutingTablesBuilder routing)
    {
        ArgumentNullException.ThrowIfNull(interfaces);
        ArgumentNullException.ThrowIfNull(routing);
        var bytes = span.Source?.Bytes ?? default;
        if (span.Start < 0 || span.Length < 0 || span.Start > bytes.Length - span.Length)
        {
            return false;
        }

        var array = bytes.Slice(span.Start, span.Length);
        if (!Utf8.IsValid(array.Span))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(array);
            return document.RootElement.ValueKind == JsonValueKind.Array && ReadItems(document.RootElement, span, interfaces, routing);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool ReadItems(JsonElement array, SourceSpan span, InterfaceTableBuilder interfaces, RoutingTablesBuilder routing)
    {
        var kind = Kind.Empty;
        foreach (var item in array.EnumerateArray())
        {
            kind = kind == Kind.Empty ? KindOf(item) : kind;
            switch (kind)
            {
                case Kind.Other:
                    return false;
                case Kind.Interfaces:
                    InterfaceJson.Read(item, span, interfaces);
                    break;
                case Kind.Routes:
                    RouteJson.Read(item, span, routing);
                    break;
                case Kind.Rules:
                    RuleJson.Read(item, span, routing);
                    break;
            }
        }

        routing.EndBlock();
        return true;
    }

    // With a filter, "ip -j -4 address" prints {} for each interface left out.
    private static Kind KindOf(JsonElement item) => item.ValueKind switch
    {
        not JsonValueKind.Object => Kind.Other,
        _ when !item.EnumerateObject().Any() => Kind.Empty,
        _ when item.TryGetProperty("ifname", out _) => Kind.Interfaces,
        _ when item.TryGetProperty("priority", out _) => Kind.Rules,
        _ when item.TryGetProperty("lladdr", out _) || item.TryGetProperty("state", out _) || item.TryGetProperty("uid", out _) => Kind.Other,
        _ when item.TryGetProperty("dst", out _) => Kind.Routes,
        _ => Kind.Other,
    };

    private enum Kind
    {
        Empty,
        Interfaces,
        Routes,
        Rules,
        Other,
    }
}
