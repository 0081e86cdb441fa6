using System.Text.Json;
using Sluice.Netfilter.Nftables.Reading;

namespace Sluice.Netfilter.Nftables.Json;

/// <summary>What <c>nft -j</c> says of a set besides its elements, put into the words of a listing.</summary>
internal sealed class JsonSetHeader
{
    private string _key = "";
    private string _data = "";
    private string _rest = "";
    private string _comment = "";

    public string Family { get; private set; } = "";

    public string Table { get; private set; } = "";

    public string Name { get; private set; } = "";

    /// <summary>The body of the set, its closing brace included.</summary>
    public ReadOnlyMemory<byte> Written
    {
        get
        {
            var type = _key.Length == 0 ? "" : _data.Length == 0 ? $"type {_key};" : $"type {_key} : {_data};";
            var mark = (char)NftTokens.TextMark;
            var comment = _comment.Length == 0 ? "" : $"comment {mark}{_comment.Replace(mark, '?')}{mark};";
            return System.Text.Encoding.UTF8.GetBytes($"{type}{_rest}{comment}}}");
        }
    }

    /// <summary>Takes a member.</summary>
    public void Add(string name, JsonElement value, JsonStatements statements, JsonWords words)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";
        switch (name)
        {
            case "family":
                Family = text;
                break;
            case "table":
                Table = text;
                break;
            case "name":
                Name = text;
                break;
            case "comment":
                _comment = text;
                break;
            case "type":
                _key = Types(value);
                break;
            case "map":
                _data = Types(value);
                break;
            case "flags":
                var flags = string.Join(',', JsonMembers.Items(value));
                _rest += flags.Length > 0 ? $"flags {flags};" : "";
                break;
            case "timeout" or "gc-interval":
                _rest += $"{name} {text}s;";
                break;
            case "size":
                _rest += $"size {text};";
                break;
            case "auto-merge" when value.ValueKind == JsonValueKind.True:
                _rest += "auto-merge;";
                break;
            case "stmt" when value.ValueKind == JsonValueKind.Array:
                words.Clear();
                foreach (var statement in value.EnumerateArray())
                {
                    statements.TryWrite(statement);
                }

                _rest += $"{System.Text.Encoding.UTF8.GetString(words.Written.Span)};";
                break;
        }
    }

    private static string Types(JsonElement value) => string.Join(" . ", JsonMembers.Items(value));
}
