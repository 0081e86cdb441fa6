using System.Text;
using System.Text.Json;
using Sluice.Kubernetes.Json;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Reads single values of API objects; what does not fit is a <see cref="DecodeException"/> that says so.</summary>
internal static class JsonValues
{
    /// <summary>What to throw where the reader stands on something that was not expected.</summary>
    public static DecodeException Unexpected(this ref Utf8JsonReader json, string expected) =>
        new(json.TokenStartIndex, $"expected {expected}, found {Found(ref json)}");

    /// <summary>What to throw at the end of an object that lacks a field.</summary>
    public static DecodeException Missing(this ref Utf8JsonReader json, string field, string expected) =>
        new(json.TokenStartIndex, $"expected {expected}, found nothing", field);

    /// <summary>Goes to the next element of a list that is not null; false at its end. The reader stands on the list's beginning or on the element before.</summary>
    public static bool NextElement(this ref Utf8JsonReader json)
    {
        do
        {
            json.Read();
        }
        while (json.TokenType == JsonTokenType.Null);

        return json.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Checks that the reader stands on a list, whose elements <see cref="NextElement"/> reads.</summary>
    public static void OpenList(this ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray)
        {
            throw json.Unexpected("a list");
        }
    }

    /// <summary>A text, a string of its own each time.</summary>
    public static string Text(this ref Utf8JsonReader json) => Text(ref json, pool: null);

    /// <summary>A text that comes often.</summary>
    public static string Text(this ref Utf8JsonReader json, TextPool? pool) =>
        json.TokenType != JsonTokenType.String ? throw json.Unexpected("a text")
        : pool is null ? json.GetString()!
        : pool.Get(ref json);

    /// <summary>A whole number within bounds.</summary>
    public static int Number(this ref Utf8JsonReader json, int min, int max) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) && number >= min && number <= max
            ? number
            : throw json.Unexpected($"a number from {min} to {max}");

    /// <summary>True or false.</summary>
    public static bool Boolean(this ref Utf8JsonReader json) =>
        json.TokenType is JsonTokenType.True or JsonTokenType.False ? json.GetBoolean() : throw json.Unexpected("true or false");

    /// <summary>A protocol that Services have.</summary>
    public static L4Protocol Protocol(this ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.String)
        {
            if (json.ValueTextEquals("TCP"u8))
            {
                return L4Protocol.Tcp;
            }

            if (json.ValueTextEquals("UDP"u8))
            {
                return L4Protocol.Udp;
            }

            if (json.ValueTextEquals("SCTP"u8))
            {
                return L4Protocol.Sctp;
            }
        }

        throw json.Unexpected("TCP, UDP or SCTP");
    }

    /// <summary>A name that fits a rule of <see cref="NameRules"/>.</summary>
    public static string Name(this ref Utf8JsonReader json, TextPool? pool, Func<string, bool> rule, string expected)
    {
        var text = json.Text(pool);
        return rule(text) ? text : throw json.Unexpected(expected);
    }

    /// <summary>A port's name, or an empty text.</summary>
    public static string PortName(this ref Utf8JsonReader json, TextPool texts) =>
        json.Text(texts) is { Length: 0 } none ? none : json.Name(texts, NameRules.IsLabel, NameRules.Label);

    /// <summary>An address; false for a text that is none.</summary>
    public static bool TryAddress(this ref Utf8JsonReader json, out NetAddress address)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            throw json.Unexpected("an address");
        }

        return AddressText.TryAddress(json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.Text()) : json.ValueSpan, out address);
    }

    /// <summary>An address.</summary>
    public static NetAddress Address(this ref Utf8JsonReader json) =>
        json.TryAddress(out var address) ? address : throw json.Unexpected("an IP address");

    /// <summary>A prefix, blanks around it allowed; false for a text that is none.</summary>
    public static bool TryPrefix(this ref Utf8JsonReader json, out Prefix prefix)
    {
        if (json.TokenType != JsonTokenType.String)
        {
            throw json.Unexpected("a CIDR");
        }

        return AddressText.TryPrefix(json.ValueIsEscaped ? Encoding.UTF8.GetBytes(json.Text()) : json.ValueSpan, out prefix);
    }

    /// <summary>A prefix.</summary>
    public static Prefix Cidr(this ref Utf8JsonReader json) =>
        json.TryPrefix(out var prefix) ? prefix : throw json.Unexpected("a CIDR such as 10.0.0.0/8");

    private static string Found(ref Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.String => Shown.Quoted(json.Text()),
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.Number when json.ValueSpan.Length > 40 => $"a number of {json.ValueSpan.Length} characters",
        _ => Encoding.UTF8.GetString(json.ValueSpan),
    };
}
