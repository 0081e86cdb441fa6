using System.Text.Json;
using Sluice.Kubernetes.Decoding;
using Sluice.Net;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>Names with true or false: <c>A=true,B=false</c> in a flag, fields in the file.</summary>
internal sealed class GatesType() : SettingType<EquatableArray<KeyValuePair<string, bool>>>("NAME=BOOL[,...]", "names with true or false, such as A=true,B=false")
{
    private static readonly BooleanType s_boolean = new();

    public override bool AddsUp => true;

    public override bool TryParse(string text, out EquatableArray<KeyValuePair<string, bool>> value)
    {
        var gates = new List<KeyValuePair<string, bool>>();
        value = [];
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !s_boolean.TryParse(word[(equals + 1)..].Trim(), out var isOn))
            {
                return false;
            }

            gates.Add(KeyValuePair.Create(word[..equals].Trim(), isOn));
        }

        value = Ordered(gates);
        return true;
    }

    public override string Format(EquatableArray<KeyValuePair<string, bool>> value) => string.Join(',', value.Select(g => $"{g.Key}={s_boolean.Format(g.Value)}"));

    internal override EquatableArray<KeyValuePair<string, bool>> Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw json.Unexpected("names with true or false");
        }

        var gates = new Dictionary<string, bool>(StringComparer.Ordinal);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            var offset = json.TokenStartIndex;
            json.Read();
            if (!gates.TryAdd(name, json.Boolean()))
            {
                throw new DecodeException(offset, "expected once, found twice");
            }
        }

        return Ordered(gates);
    }

    internal override void Write(Utf8JsonWriter json, EquatableArray<KeyValuePair<string, bool>> value)
    {
        json.WriteStartObject();
        foreach (var (name, isOn) in value)
        {
            json.WriteBoolean(name, isOn);
        }

        json.WriteEndObject();
    }

    private static EquatableArray<KeyValuePair<string, bool>> Ordered(IEnumerable<KeyValuePair<string, bool>> gates) =>
        gates.GroupBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Last()).OrderBy(g => g.Key, StringComparer.Ordinal).ToEquatableArray();
}
