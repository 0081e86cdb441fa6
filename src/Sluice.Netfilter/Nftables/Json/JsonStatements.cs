using System.Text.Json;
using static Sluice.Netfilter.Nftables.Json.JsonMembers;

namespace Sluice.Netfilter.Nftables.Json;

/// <summary>Writes the statements of <c>nft -j</c> in nft's language (libnftables-json(5)).</summary>
internal sealed class JsonStatements(JsonWords words, JsonExpressions expressions)
{
    /// <summary>Writes a statement; false when its kind is not known.</summary>
    public bool TryWrite(JsonElement statement)
    {
        if (statement.ValueKind == JsonValueKind.String)
        {
            // What this nft has no JSON for, it puts there in its own words.
            words.Raw(System.Text.Encoding.UTF8.GetBytes(statement.GetString()!));
            return true;
        }

        if (statement.ValueKind != JsonValueKind.Object || First(statement) is not { } property)
        {
            return false;
        }

        return TryWrite(statement, property.Name, property.Value);
    }

    private bool TryWrite(JsonElement statement, string name, JsonElement value)
    {
        switch (name)
        {
            case "match":
                WriteMatch(value);
                return true;
            case "mangle":
                expressions.WriteMember(value, "key");
                expressions.WriteMember(value, "value", "set");
                return true;
            case "vmap" or "accept" or "drop" or "return" or "continue" or "jump" or "goto":
                expressions.Write(statement);
                return true;
            case "counter":
                WriteCounter(value);
                return true;
            case "limit" or "quota" when value.ValueKind != JsonValueKind.Object || Member(value, "map") is not null:
                words.Word($"{name} name");
                expressions.Write(value);
                return true;
            case "limit":
                words.Word(LimitWords(value));
                return true;
            case "quota":
                words.Word($"quota{Over(value)} {TextOf(value, "val")} {TextOf(value, "val_unit")}");
                return true;
            case "ct count":
                words.Word($"ct count{Over(value)} {TextOf(value, "val")}");
                return true;
            case "ct helper" or "ct timeout" or "ct expectation":
                words.Word($"{name} set");
                expressions.Write(value);
                return true;
            case "log":
                WriteLog(value);
                return true;
            case "reject":
                words.Word("reject");
                words.Word(TextOf(value, "type") is { Length: > 0 } type ? $"with {type}" : "");
                expressions.WriteMember(value, "expr");
                return true;
            case "dnat" or "snat" or "masquerade" or "redirect":
                WriteNat(name, value);
                return true;
            case "tproxy":
                words.Word($"tproxy {TextOf(value, "family")} to");
                expressions.WriteMember(value, "addr");
                WritePort(value);
                return true;
            case "queue":
                WriteQueue(value);
                return true;
            case "notrack" or "last":
                words.Word(name);
                return true;
            case "set" or "map":
                WriteSetChange(value);
                return true;
            case "meter":
                WriteMeter(value);
                return true;
            case "flow":
                words.Word("flow add");
                expressions.WriteMember(value, "flowtable");
                return true;
            case "dup" or "fwd":
                words.Word(name);
                expressions.WriteMember(value, "addr", "to");
                expressions.WriteMember(value, "dev", Member(value, "addr") is null ? "to" : "device");
                return true;
            case "synproxy":
                WriteSynproxy(value);
                return true;
            case "xt":
                words.Word($"xt {TextOf(value, "type")}");
                words.Text(TextOf(value, "name"));
                return Member(value, "name") is not null;
            case "reset":
                words.Word("reset");
                expressions.Write(value);
                return true;
            default:
                return false;
        }
    }

    /// <summary>A limit in nft's words, <c>rate 5/second burst 10 packets</c> behind its first word.</summary>
    public static string LimitWords(JsonElement value, string first = "limit ")
    {
        var unit = TextOf(value, "rate_unit");
        var rate = $"{TextOf(value, "rate")} {(unit is "" or "packets" ? "" : unit)}".Trim();
        var burst = TextOf(value, "burst");
        var burstUnit = TextOf(value, "burst_unit") is { Length: > 0 } given ? given : "packets";
        var isUsual = burst.Length == 0 || (burstUnit == "packets" ? burst == "5" : burst == "0");
        return $"{first}rate{Over(value)} {rate}/{TextOf(value, "per")}{(isUsual ? "" : $" burst {burst} {burstUnit}")}";
    }

    /// <summary>The word for a limit or quota that holds when it is passed.</summary>
    public static string Over(JsonElement value) => IsTrue(value, "inv") ? " over" : "";

    private void WriteMatch(JsonElement value)
    {
        expressions.WriteMember(value, "left");
        var operation = TextOf(value, "op");
        if (operation is not "in")
        {
            words.Raw(System.Text.Encoding.UTF8.GetBytes(operation));
        }

        expressions.WriteMember(value, "right");
    }

    private void WriteCounter(JsonElement value)
    {
        words.Word("counter");
        if (Member(value, "packets") is not null)
        {
            words.Word($"packets {TextOf(value, "packets")} bytes {TextOf(value, "bytes")}");
        }
        else if (value.ValueKind != JsonValueKind.Null)
        {
            words.Word("name");
            expressions.Write(value);
        }
    }

    private void WriteLog(JsonElement value)
    {
        words.Word("log");
        expressions.WriteMember(value, "prefix", "prefix");
        expressions.WriteMember(value, "group", "group");
        expressions.WriteMember(value, "snaplen", "snaplen");
        expressions.WriteMember(value, "queue-threshold", "queue-threshold");
        words.Word(TextOf(value, "level") is { Length: > 0 } level ? $"level {level}" : "");
        foreach (var flag in Items(Member(value, "flags")))
        {
            words.Word($"flags {flag}");
        }
    }

    private void WriteNat(string name, JsonElement value)
    {
        words.Word($"{name} {TextOf(value, "family")}");
        var isPrefix = Items(Member(value, "type_flags")).Contains("prefix", StringComparer.Ordinal);
        words.Word(isPrefix ? "prefix" : "");
        if (Member(value, "addr") is not null || Member(value, "port") is not null)
        {
            words.Word("to");
        }

        expressions.WriteMember(value, "addr");
        WritePort(value);
        var isFirst = true;
        foreach (var flag in Items(Member(value, "flags")).Where(f => f != "netmap"))
        {
            words.Raw(isFirst ? ""u8 : ","u8);
            words.Word(flag);
            isFirst = false;
        }
    }

    private void WritePort(JsonElement value)
    {
        if (Member(value, "port") is { } port)
        {
            words.Raw(":"u8);
            expressions.Write(port);
        }
    }

    private void WriteQueue(JsonElement value)
    {
        words.Word("queue");
        foreach (var flag in Items(Member(value, "flags")))
        {
            words.Word(flag);
        }

        expressions.WriteMember(value, "num", "num");
    }

    private void WriteSetChange(JsonElement value)
    {
        words.Word(TextOf(value, "op"));
        expressions.WriteMember(value, Member(value, "map") is null ? "set" : "map");
        words.Raw("{"u8);
        if (Member(value, "elem") is { } element)
        {
            expressions.WriteElement(element);
        }

        WriteStatements(Member(value, "stmt"));
        if (Member(value, "data") is { } data)
        {
            words.Raw(":"u8);
            expressions.Write(data);
        }

        words.Raw("}"u8);
    }

    private void WriteMeter(JsonElement value)
    {
        words.Word("meter");
        words.Text(TextOf(value, "name"));
        words.Word(TextOf(value, "size") is { Length: > 0 } size ? $"size {size}" : "");
        words.Raw("{"u8);
        if (Member(value, "key") is { } key)
        {
            expressions.WriteElement(key);
        }

        WriteStatements(Member(value, "stmt"));
        words.Raw("}"u8);
    }

    private void WriteStatements(JsonElement? statements)
    {
        if (statements is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var statement in list.EnumerateArray())
            {
                TryWrite(statement);
            }
        }
        else if (statements is { } single)
        {
            TryWrite(single);
        }
    }

    private void WriteSynproxy(JsonElement value)
    {
        words.Word("synproxy");
        if (value.ValueKind == JsonValueKind.String)
        {
            words.Word("name");
            expressions.Write(value);
            return;
        }

        words.Word(SynproxyWords(value, " "));
    }

    /// <summary>The options of a synproxy, joined.</summary>
    public static string SynproxyWords(JsonElement value, string between)
    {
        string[] lines =
        [
            TextOf(value, "mss") is { Length: > 0 } size ? $"mss {size}" : "",
            TextOf(value, "wscale") is { Length: > 0 } scale ? $"wscale {scale}" : "",
            string.Join(' ', Items(Member(value, "flags"))),
        ];
        return string.Join(between, lines.Where(l => l.Length > 0));
    }
}
