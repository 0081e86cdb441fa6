using System.Text.Json;

namespace Sluice.Netfilter.Nftables.Json;

/// <summary>What objects of <c>nft -j</c> hold, whatever is missing or of another kind.</summary>
internal static class JsonMembers
{
    /// <summary>A member of an object; null when there is none.</summary>
    public static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    /// <summary>A member's text, or number as text; empty when there is none.</summary>
    public static string TextOf(JsonElement element, string name) => Member(element, name) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => "",
    };

    /// <summary>Whether a member is there and true.</summary>
    public static bool IsTrue(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.True };

    /// <summary>The first member of an object; null when it has none.</summary>
    public static JsonProperty? First(JsonElement element)
    {
        foreach (var property in element.EnumerateObject())
        {
            return property;
        }

        return null;
    }

    /// <summary>A member behind its name, with a blank before; empty when there is none.</summary>
    public static string Option(JsonElement element, string member) => TextOf(element, member) is { Length: > 0 } text ? $" {member} {text}" : "";

    /// <summary>The texts of a list, or the only one.</summary>
    public static IEnumerable<string> Items(JsonElement? list) => list switch
    {
        { ValueKind: JsonValueKind.String } text => [text.GetString()!],
        { ValueKind: JsonValueKind.Array } items => items.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!),
        _ => [],
    };
}
