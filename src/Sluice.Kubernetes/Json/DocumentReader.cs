using System.Text.Json;

namespace Sluice.Kubernetes.Json;

/// <summary>
/// Walks the documents of a text: an object each, or a list of objects (<c>kind: List</c>, <c>ServiceList</c> ...). No more than one
/// object is in memory at a time.
/// </summary>
internal sealed class DocumentReader(JsonFeed feed, TextPool texts, DocumentReader.IVisitor visitor)
{
    /// <summary>What is done with what is found.</summary>
    internal interface IVisitor
    {
        /// <summary>An object: its text and the line it begins at.</summary>
        public void Visit(ObjectHeader header, ReadOnlySpan<byte> item, int line);

        /// <summary>Something that cannot be an object of the API.</summary>
        public void Refuse(int line, string message);
    }

    // Objects of a list that do not say what they are, until the list does.
    private readonly List<(ObjectHeader Header, byte[] Item, int Line)> _unnamed = [];

    /// <summary>Reads the next document; false when there is none.</summary>
    /// <exception cref="SyntaxException">The text is no JSON from some line on.</exception>
    public bool TryRead()
    {
        _unnamed.Clear();
        if (!TryFindStart())
        {
            return false;
        }

        var documentLine = feed.Line;
        try
        {
            Read();
        }
        catch (JsonException e)
        {
            // The numbers of the framework begin with the document.
            throw new SyntaxException(documentLine + (int)(e.LineNumber ?? 0), $"no JSON: {Shown.Complaint(e.Message)}");
        }
        catch (InvalidOperationException)
        {
            throw new SyntaxException(feed.Line, "no UTF-8: kind or apiVersion of the object that begins here");
        }

        return true;
    }

    // Blanks between documents; the line --- too, since kubectl takes it.
    private bool TryFindStart()
    {
        while (true)
        {
            var window = feed.Window;
            var blank = window.IndexOfAnyExcept(" \t\r\n"u8);
            feed.Advance(blank < 0 ? window.Length : blank);
            if (feed.Window.StartsWith("---"u8))
            {
                feed.Advance(3);
            }
            else if (feed.Window.Length > 3 || !feed.TryFill())
            {
                break;
            }
        }

        return feed.Window is not [var first, ..] ? false
            : first == '{' ? true
            : throw new SyntaxException(feed.Line, $"no JSON: expected an object, found {Shown.Quoted(((char)first).ToString())}");
    }

    private void Read()
    {
        var line = feed.Line;
        var header = default(ObjectHeader);
        while (true)
        {
            var json = new Utf8JsonReader(feed.Window, isFinalBlock: false, new JsonReaderState(JsonText.Options));
            var candidate = default(ObjectHeader);
            if (json.Read() && candidate.TryScan(ref json, texts, stopsAtItems: true))
            {
                header = candidate;
                if (!header.HasItems)
                {
                    visitor.Visit(header, feed.Window[..(int)json.BytesConsumed], line);
                    feed.Advance(json.BytesConsumed);
                    return;
                }

                feed.Advance(json.BytesConsumed);
                ReadItems(ref header, json.CurrentState);
                break;
            }

            feed.Fill();
        }

        Close(header, line);
    }

    // From within the items to the end of the list.
    private void ReadItems(ref ObjectHeader list, JsonReaderState state)
    {
        var isInItems = true;
        while (true)
        {
            var json = new Utf8JsonReader(feed.Window, isFinalBlock: false, state);
            if (isInItems ? TryReadItem(ref json, list, ref isInItems) : TryReadRest(ref json, ref list, ref isInItems))
            {
                var isEnd = !isInItems && json.TokenType == JsonTokenType.EndObject;
                state = json.CurrentState;
                feed.Advance(json.BytesConsumed);
                if (isEnd)
                {
                    return;
                }
            }
            else
            {
                feed.Fill();
            }
        }
    }

    private bool TryReadItem(ref Utf8JsonReader json, ObjectHeader list, ref bool isInItems)
    {
        if (!json.Read())
        {
            return false;
        }

        if (json.TokenType == JsonTokenType.EndArray)
        {
            isInItems = false;
            return true;
        }

        var start = (int)json.TokenStartIndex;
        var line = feed.Line + feed.Window[..start].Count((byte)'\n');
        var header = default(ObjectHeader);
        if (json.TokenType != JsonTokenType.StartObject)
        {
            if (!json.TrySkip())
            {
                return false;
            }

            visitor.Refuse(line, "items: expected objects");
            return true;
        }

        if (!header.TryScan(ref json, texts, stopsAtItems: false))
        {
            return false;
        }

        var item = feed.Window[start..(int)json.BytesConsumed];
        if (header.Kind is null && KindOfItems(list) is null)
        {
            _unnamed.Add((header, item.ToArray(), line));
        }
        else
        {
            Found(Named(header, list), item, line);
        }

        return true;
    }

    private bool TryReadRest(ref Utf8JsonReader json, ref ObjectHeader list, ref bool isInItems)
    {
        var rest = list;
        if (!rest.TryScan(ref json, texts, stopsAtItems: true))
        {
            return false;
        }

        list = rest;
        isInItems = json.TokenType == JsonTokenType.StartArray;
        return true;
    }

    private void Close(ObjectHeader list, int line)
    {
        if (list.Kind is null)
        {
            visitor.Refuse(line, "kind: expected the kind of the list, found nothing: the text was cut, or is no manifest");
        }

        foreach (var (header, item, itemLine) in _unnamed)
        {
            Found(Named(header, list), item, itemLine);
        }
    }

    // A list within a list is opened too; that ends where the nesting of JSON ends.
    private void Found(ObjectHeader header, ReadOnlySpan<byte> item, int line)
    {
        if (header.Kind is { } kind && kind.EndsWith("List", StringComparison.Ordinal))
        {
            using var inner = new JsonFeed(new StreamSource(new MemoryStream(item.ToArray())), line);
            new DocumentReader(inner, texts, visitor).TryRead();
        }
        else
        {
            visitor.Visit(header, item, line);
        }
    }

    private static ObjectHeader Named(ObjectHeader item, ObjectHeader list) =>
        item with { ApiVersion = item.ApiVersion ?? list.ApiVersion, Kind = item.Kind ?? KindOfItems(list) };

    // ServiceList -> Service; a plain List says nothing.
    private static string? KindOfItems(ObjectHeader list) =>
        list.Kind is { Length: > 4 } kind && kind.EndsWith("List", StringComparison.Ordinal) ? kind[..^4] : null;
}
