using System.Text.Json;
using Sluice.Netfilter.Nftables.Reading;

namespace Sluice.Netfilter.Nftables.Json;

/// <summary>Puts the objects of <c>nft -j</c> into the words that a listing has for them, line by line.</summary>
internal static class JsonObjects
{
    /// <summary>The lines of an object, joined; null for a kind that is none.</summary>
    public static string? Write(string kind, JsonElement value)
    {
        IEnumerable<string>? lines = kind switch
        {
            "counter" => [],
            "quota" => [$"{JsonStatements.Over(value)} {Amount(value)}".Trim()],
            "limit" => [JsonStatements.LimitWords(value, first: "")],
            "secmark" => [$"\"{Text(value, "context")}\""],
            "synproxy" => [JsonStatements.SynproxyWords(value, "; ")],
            "ct helper" => [$"type \"{Text(value, "type")}\" protocol {Text(value, "protocol")}", Line(value, "l3proto")],
            "ct timeout" => [Line(value, "protocol"), Line(value, "l3proto"), Policy(value)],
            "ct expectation" => [Line(value, "protocol"), Line(value, "dport"), Timeout(value), Line(value, "size"), Line(value, "l3proto")],
            "flowtable" => Flowtable(value),
            _ => null,
        };
        return lines is null ? null : string.Join("; ", lines.Prepend(Comment(value)).Where(l => l.Length > 0));
    }

    private static string Text(JsonElement value, string member) => JsonMembers.TextOf(value, member);

    private static string Line(JsonElement value, string member) => Text(value, member) is { Length: > 0 } text ? $"{member} {text}" : "";

    private static string Comment(JsonElement value) => Text(value, "comment") is { Length: > 0 } text ? $"comment \"{text}\"" : "";

    private static string Amount(JsonElement value) =>
        ulong.TryParse(Text(value, "bytes"), out var bytes) ? ConditionReader.Amount(bytes) : "";

    private static string Timeout(JsonElement value) =>
        long.TryParse(Text(value, "timeout"), out var milliseconds) && milliseconds is >= 0 and < int.MaxValue
            ? $"timeout {TimeWords.Write(TimeSpan.FromMilliseconds(milliseconds))}"
            : "";

    private static string Policy(JsonElement value)
    {
        if (JsonMembers.Member(value, "policy") is not { ValueKind: JsonValueKind.Object } policy)
        {
            return "";
        }

        return $"policy = {{ {string.Join(", ", policy.EnumerateObject().Select(p => $"{p.Name} : {p.Value.GetRawText()}"))} }}";
    }

    private static IEnumerable<string> Flowtable(JsonElement value)
    {
        yield return $"hook {Text(value, "hook")} priority {Text(value, "prio")}";
        var devices = string.Join(", ", JsonMembers.Items(JsonMembers.Member(value, "dev")).Select(d => $"\"{d}\""));
        yield return devices.Length > 0 ? $"devices = {{ {devices} }}" : "";
    }
}
