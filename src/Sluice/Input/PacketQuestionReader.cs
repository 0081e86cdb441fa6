using System.Text.Json;
using Sluice.Kubernetes.Configuration;

namespace Sluice.Input;

/// <summary>Reads a packet question from one line of JSON.</summary>
internal static class PacketQuestionReader
{
    private static readonly string[] s_keys =
        ["name", "from", "to", "protocol", "state", "inInterface", "entry", "mark", "sourcePort", "tcpFlags", "icmpType", "reply"];

    /// <summary>The question.</summary>
    public static PacketQuestion Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement)
                : throw new CommandFailure("a packet is a JSON object such as {\"from\": \"10.0.0.5\", \"to\": \"10.96.0.10:53\"}");
        }
        catch (JsonException e)
        {
            throw new CommandFailure($"not JSON: {e.Message.Split(". ", 2)[0].TrimEnd('.')}");
        }
    }

    private static PacketQuestion Read(JsonElement element)
    {
        var question = new PacketQuestion();
        foreach (var property in element.EnumerateObject())
        {
            var value = property.Value;
            question = property.Name switch
            {
                "name" => question with { Name = Text(property) },
                "from" => question with { From = Text(property) },
                "to" => question with { To = Text(property) },
                "protocol" => question with { Protocol = Text(property) },
                "state" => question with { State = Text(property) },
                "inInterface" => question with { InInterface = Text(property) },
                "entry" => question with { Entry = Text(property) },
                "mark" => question with { Mark = Text(property) },
                "sourcePort" => question with { SourcePort = Text(property) },
                "tcpFlags" => question with { TcpFlags = Text(property) },
                "icmpType" => question with { IcmpType = Text(property) },
                "reply" => question with { Reply = value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(property, "true or false") },
                _ => throw new CommandFailure($"unknown key '{property.Name}'{NearestWord.Hint(property.Name, s_keys)}: take some of {string.Join(", ", s_keys)}"),
            };
        }

        return question;
    }

    private static string? Text(JsonProperty property) => property.Value.ValueKind switch
    {
        JsonValueKind.String => property.Value.GetString(),
        JsonValueKind.Number => property.Value.GetRawText(),
        JsonValueKind.Null => null,
        _ => throw Wrong(property, "a string or number"),
    };

    private static CommandFailure Wrong(JsonProperty property, string wanted) => new($"'{property.Name}' must be {wanted}");
}
