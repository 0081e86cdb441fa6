using System.Text.Json;
using Sluice.Kubernetes.Decoding;
using Sluice.Net;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A list: with commas in a flag, which may be given more than once; a list of texts in the file.</summary>
/// <typeparam name="T">The items' type.</typeparam>
/// <param name="item">How items are read and written.</param>
internal sealed class ListType<T>(SettingType<T> item) : SettingType<EquatableArray<T>>($"{item.HelpName}[,{item.HelpName}]", item.Expected)
{
    public override bool AddsUp => true;

    public override bool TryParse(string text, out EquatableArray<T> value)
    {
        var words = Words(text);
        var items = new T[words.Length];
        for (var i = 0; i < words.Length; i++)
        {
            if (!item.TryParse(words[i], out items[i]))
            {
                value = [];
                return false;
            }
        }

        value = items.ToEquatableArray();
        return true;
    }

    public override string? Complaint(string text) => Words(text)
        .Where(w => !item.TryParse(w, out _))
        .Select(w => item.Complaint(w) ?? $"expected {item.Expected}, not '{Json.Shown.Line(w)}'")
        .FirstOrDefault();

    public override string Format(EquatableArray<T> value) => string.Join(',', value.Select(item.Format));

    internal override EquatableArray<T> Read(ref Utf8JsonReader json)
    {
        json.OpenList();
        var items = new List<T>();
        while (json.NextElement())
        {
            items.Add(item.Read(ref json));
        }

        return items.ToEquatableArray();
    }

    internal override void Write(Utf8JsonWriter json, EquatableArray<T> value)
    {
        json.WriteStartArray();
        foreach (var one in value)
        {
            item.Write(json, one);
        }

        json.WriteEndArray();
    }

    private static string[] Words(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
