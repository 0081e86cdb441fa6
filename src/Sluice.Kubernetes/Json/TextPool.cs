using System.Text.Json;
using Sluice.Net;

namespace Sluice.Kubernetes.Json;

/// <summary>Keeps one string for every text that comes again and again: namespaces, nodes, zones, port names.</summary>
internal sealed class TextPool
{
    private const int MaxLength = 256;

    // Names that come and go for years must not fill the memory.
    private const int MaxCount = 1 << 18;

    private readonly HashSet<string> _texts;
    private readonly Dictionary<string, EquatableArray<string>> _lists = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public TextPool()
    {
        _texts = new HashSet<string>(StringComparer.Ordinal);
        _lookup = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The text of a JSON string.</summary>
    /// <exception cref="InvalidOperationException">It is no valid UTF-8, or holds half of a surrogate pair.</exception>
    public string Get(ref Utf8JsonReader json)
    {
        if (json.ValueSpan.Length > MaxLength)
        {
            return json.GetString()!;
        }

        Span<char> chars = stackalloc char[MaxLength];
        var text = chars[..json.CopyString(chars)];
        if (_lookup.TryGetValue(text, out var known))
        {
            return known;
        }

        if (_texts.Count >= MaxCount)
        {
            _texts.Clear();
            _lists.Clear();
        }

        var added = new string(text);
        _texts.Add(added);
        return added;
    }

    /// <summary>A list of that one text.</summary>
    public EquatableArray<string> ListOf(string text)
    {
        if (!_lists.TryGetValue(text, out var list))
        {
            _lists.Add(text, list = [text]);
        }

        return list;
    }
}
