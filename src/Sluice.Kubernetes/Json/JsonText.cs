using System.Text;
using System.Text.Json;

namespace Sluice.Kubernetes.Json;

/// <summary>How objects are read as JSON, and how places in them are named.</summary>
internal static class JsonText
{
    /// <summary>How deep documents may nest; schemas of custom resources come near to a hundred.</summary>
    public const int MaxDepth = 500;

    public static JsonReaderOptions Options => new() { MaxDepth = MaxDepth };

    /// <summary>
    /// The path of the token at an offset, <c>spec.ports[0].port</c>; for the end of an object or list, the path of that. Empty for
    /// the root.
    /// </summary>
    public static string PathAt(ReadOnlySpan<byte> json, long offset)
    {
        var reader = new Utf8JsonReader(json, Options);
        var frames = new Stack<Frame>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    frames.Push(frames.Pop() with { Name = Encoding.UTF8.GetString(reader.ValueSpan) });
                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    frames.Pop();
                    break;
                default:
                    if (frames.TryPeek(out var list) && list.Name is null)
                    {
                        frames.Push(frames.Pop() with { Index = list.Index + 1 });
                    }

                    break;
            }

            if (reader.TokenStartIndex >= offset)
            {
                break;
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                frames.Push(new Frame(reader.TokenType == JsonTokenType.StartObject ? "" : null, -1));
            }
        }

        return string.Concat(frames.Reverse().Select(f => f.Text)).TrimStart('.');
    }

    // A list has no name, but the index of its current element.
    private readonly record struct Frame(string? Name, int Index)
    {
        public string Text => Name is null ? $"[{Index}]"
            : Name.All(c => char.IsAsciiLetterOrDigit(c)) ? $".{Name}"
            : $"[{Shown.Quoted(Name)}]";
    }
}
