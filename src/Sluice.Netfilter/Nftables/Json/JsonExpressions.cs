using System.Text.Json;
using static Sluice.Netfilter.Nftables.Json.JsonMembers;

namespace Sluice.Netfilter.Nftables.Json;

/// <summary>Writes the expressions of <c>nft -j</c> in nft's language (libnftables-json(5)): one grammar then reads both.</summary>
internal sealed class JsonExpressions(JsonWords words)
{
    /// <summary>Writes an expression.</summary>
    public void Write(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                WriteText(element.GetString()!);
                break;
            case JsonValueKind.Number:
                words.Word(element.GetRawText());
                break;
            case JsonValueKind.True:
                words.Word("exists");
                break;
            case JsonValueKind.False:
                words.Word("missing");
                break;
            case JsonValueKind.Array:
                WriteList(element, ","u8);
                break;
            case JsonValueKind.Object when First(element) is { } property:
                WriteObject(element, property.Name, property.Value);
                break;
            default:
                words.Foreign(element);
                break;
        }
    }

    /// <summary>Writes a member of an object, when it is there, with words before it.</summary>
    public void WriteMember(JsonElement element, string member, string before = "")
    {
        if (Member(element, member) is { ValueKind: not JsonValueKind.Null } value)
        {
            words.Word(before);
            Write(value);
        }
    }

    /// <summary>Writes an element of a set, with what is said of it: <c>{"elem": {"val": ..., "timeout": 60}}</c>.</summary>
    public void WriteElement(JsonElement element)
    {
        if (Member(element, "elem") is not { } wrapped)
        {
            Write(element);
            return;
        }

        WriteMember(wrapped, "val");
        WriteTime(wrapped, "timeout");
        WriteTime(wrapped, "expires");
        if (Member(wrapped, "counter") is { } counter)
        {
            words.Word($"counter packets {TextOf(counter, "packets")} bytes {TextOf(counter, "bytes")}");
        }

        WriteMember(wrapped, "comment", "comment");
    }

    /// <summary>Writes an element of a set, or of a map: the key and what it stands for.</summary>
    public void WritePair(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 2)
        {
            WriteElement(element[0]);
            words.Raw(":"u8);
            Write(element[1]);
        }
        else
        {
            WriteElement(element);
        }
    }

    private void WriteTime(JsonElement element, string member)
    {
        if (TextOf(element, member) is { Length: > 0 } seconds)
        {
            words.Word($"{member} {seconds}s");
        }
    }

    private void WriteText(string text)
    {
        if (text.StartsWith('@'))
        {
            words.Reference(text[1..]);
        }
        else if (text == "*")
        {
            words.Raw("*"u8);
        }
        else
        {
            words.Text(text);
        }
    }

    private void WriteList(JsonElement list, ReadOnlySpan<byte> between)
    {
        var isFirst = true;
        foreach (var item in list.EnumerateArray())
        {
            if (!isFirst)
            {
                words.Raw(between);
            }

            isFirst = false;
            Write(item);
        }
    }

    private void WriteObject(JsonElement element, string name, JsonElement value)
    {
        switch (name)
        {
            case "concat" when value.ValueKind == JsonValueKind.Array:
                WriteList(value, "."u8);
                break;
            case "set":
                WriteSet(value);
                break;
            case "map" or "vmap":
                WriteMember(value, "key");
                words.Word(name);
                WriteMember(value, "data");
                break;
            case "prefix":
                WriteMember(value, "addr");
                words.Raw("/"u8);
                WriteMember(value, "len");
                break;
            case "range" when value.ValueKind == JsonValueKind.Array:
                WriteList(value, "-"u8);
                break;
            case "elem":
                WriteElement(element);
                break;
            case "&" or "|" or "^" or "<<" or ">>" when value.ValueKind == JsonValueKind.Array:
                WriteOperation(name, value);
                break;
            case "accept" or "drop" or "return" or "continue":
                words.Word(name);
                break;
            case "jump" or "goto":
                words.Word(name);
                words.Text(TextOf(value, "target"));
                break;
            case "payload" when TextOf(value, "base") is { Length: > 0 } place:
                words.Reference(place);
                WriteTriple(value);
                break;
            case "payload":
                words.Word($"{TextOf(value, "protocol")} {TextOf(value, "field")}");
                break;
            case "exthdr":
                words.Word(TextOf(value, "field") is { Length: > 0 } field ? $"{TextOf(value, "name")} {field}" : $"exthdr {TextOf(value, "name")}");
                break;
            case "tcp option" or "ip option" or "sctp chunk" when Member(value, "name") is not null:
                words.Word($"{name} {TextOf(value, "name")} {TextOf(value, "field")}");
                break;
            case "meta":
                words.Word($"meta {TextOf(value, "key")}");
                break;
            case "ct" or "rt" or "socket" or "osf" or "ipsec":
                WriteKeyed(name, value);
                break;
            case "fib":
                WriteFib(value);
                break;
            case "numgen":
                words.Word($"numgen {TextOf(value, "mode")} mod {TextOf(value, "mod")}{Option(value, "offset")}");
                break;
            case "symhash":
                words.Word($"symhash mod {TextOf(value, "mod")}{Option(value, "offset")}");
                break;
            case "jhash":
                words.Word("jhash");
                WriteMember(value, "expr");
                words.Word($"mod {TextOf(value, "mod")}{Option(value, "seed")}{Option(value, "offset")}");
                break;
            default:
                words.Foreign(element);
                break;
        }
    }

    private void WriteTriple(JsonElement value)
    {
        words.Raw(","u8);
        words.Word(TextOf(value, "offset"));
        words.Raw(","u8);
        words.Word(TextOf(value, "len"));
    }

    // "dir" and "family" stand before the key, "level" and "spnum" as nft writes them.
    private void WriteKeyed(string name, JsonElement value)
    {
        var direction = TextOf(value, "dir");
        var policy = name == "ipsec" ? Option(value, "spnum") : "";
        var level = name == "socket" && TextOf(value, "key") == "cgroupv2" ? Option(value, "level") : "";
        var ttl = name == "osf" ? Option(value, "ttl") : "";
        words.Word($"{name} {direction}{policy}{ttl} {TextOf(value, "family")} {TextOf(value, "key")}{level}");
    }

    private void WriteFib(JsonElement value)
    {
        words.Word("fib");
        if (Member(value, "flags") is { ValueKind: JsonValueKind.Array } flags)
        {
            WriteList(flags, "."u8);
        }
        else
        {
            words.Word(TextOf(value, "flags"));
        }

        words.Word(TextOf(value, "result"));
    }

    private void WriteSet(JsonElement value)
    {
        words.Raw("{"u8);
        if (value.ValueKind == JsonValueKind.Array)
        {
            var isFirst = true;
            foreach (var item in value.EnumerateArray())
            {
                words.Raw(isFirst ? ""u8 : ","u8);
                isFirst = false;
                WritePair(item);
            }
        }
        else
        {
            Write(value);
        }

        words.Raw("}"u8);
    }

    private void WriteOperation(string operation, JsonElement operands)
    {
        var isFirst = true;
        foreach (var operand in operands.EnumerateArray())
        {
            if (!isFirst)
            {
                words.Raw(System.Text.Encoding.UTF8.GetBytes(operation));
            }

            isFirst = false;
            WriteOperand(operand);
        }
    }

    private void WriteOperand(JsonElement operand)
    {
        var isList = operand.ValueKind == JsonValueKind.Array;
        if (!isList && !(operand.ValueKind == JsonValueKind.Object && First(operand) is { Name: "&" or "|" or "^" or "<<" or ">>" }))
        {
            Write(operand);
            return;
        }

        words.Raw("("u8);
        if (isList)
        {
            WriteList(operand, "|"u8);
        }
        else
        {
            Write(operand);
        }

        words.Raw(")"u8);
    }
}
