using System.Globalization;
using System.Text.Json;
using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>The members of an object by name; null for what is missing or of another type.</summary>
internal static class JsonFields
{
    public static bool Has(this JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.False;

    /// <summary>A string, or a number as its text.</summary>
    public static string? Text(this JsonElement item, string name)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(name, out var value))
        {
            return null;
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => Safely(() => value.GetString()),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    /// <summary>The name of a member; null when it is no text.</summary>
    public static string? SafeName(this JsonProperty member) => Safely(() => member.Name);

    // An escape may be half of a surrogate pair: that is no text.
    private static string? Safely(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static uint? Number(this JsonElement item, string name) =>
        uint.TryParse(item.Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static NetAddress? Address(this JsonElement item, string name) =>
        NetAddress.TryParse(item.Text(name), out var address) ? address : null;

    /// <summary>The objects of an array; none when it is missing.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];

    /// <summary>Whether an array of strings holds the word.</summary>
    public static bool HasWord(this JsonElement item, string name, string word) =>
        item.Items(name).Any(e => e.ValueKind == JsonValueKind.String && e.ValueEquals(word));
}
