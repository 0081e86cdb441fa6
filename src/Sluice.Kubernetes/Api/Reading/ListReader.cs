using System.Text.Json;
using Sluice.Kubernetes.Decoding;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api.Reading;

/// <summary>
/// Reads a page of a list while it arrives, holding one object's text at a time. What is not plainly a list is none: an empty answer
/// would have everything removed.
/// </summary>
internal sealed class ListReader(ApiFeed feed, ObjectReader objects, string listKind)
{
    private static readonly FieldNames s_metadata = new("resourceVersion", "continue");

    private readonly List<ListedObject> _items = [];
    private JsonReaderState _state = new(JsonText.Options);
    private ResourceVersion _version;
    private string _continue = "";
    private string? _kind;
    private bool _isInItems;
    private bool _isOver;

    /// <summary>Reads the page to its end.</summary>
    /// <exception cref="ApiFault">It breaks off, stalls, or is no list.</exception>
    public async Task<ListPage> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!TryAdvance())
            {
                await feed.FillAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is JsonException or DecodeException or SyntaxException or InvalidOperationException)
        {
            throw new ApiFault(ApiFaultKind.Failed, $"the list is no JSON as the API has it: {Shown.Complaint(e.Message)}", e);
        }

        return _kind == listKind && !_version.IsNone
            ? new ListPage(_items, _version, _continue)
            : throw new ApiFault(ApiFaultKind.Failed, $"expected a {listKind} with a resourceVersion, found {(_kind is null ? "none" : Shown.Quoted(_kind))}");
    }

    // Takes what is there; whether that was all.
    private bool TryAdvance()
    {
        while (!_isOver)
        {
            var json = new Utf8JsonReader(feed.Window, isFinalBlock: false, _state);
            if (!(_isInItems ? TryItem(ref json) : TryField(ref json)))
            {
                return false;
            }

            _state = json.CurrentState;
            feed.Advance(json.BytesConsumed);
        }

        return true;
    }

    private bool TryItem(ref Utf8JsonReader json)
    {
        if (!json.Read())
        {
            return false;
        }

        if (json.TokenType == JsonTokenType.EndArray)
        {
            _isInItems = false;
            return true;
        }

        if (json.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        var start = (int)json.TokenStartIndex;
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw json.Unexpected("objects in items");
        }

        if (!json.TrySkip())
        {
            return false;
        }

        _items.Add(objects.Read(feed.Window[start..(int)json.BytesConsumed]));
        return true;
    }

    private bool TryField(ref Utf8JsonReader json)
    {
        if (!json.Read())
        {
            return false;
        }

        switch (json.TokenType)
        {
            case JsonTokenType.StartObject:
                return true;
            case JsonTokenType.EndObject:
                _isOver = true;
                return true;
            case JsonTokenType.PropertyName:
                return TryValue(ref json);
            default:
                throw json.Unexpected("a list");
        }
    }

    private bool TryValue(ref Utf8JsonReader json)
    {
        var isItems = json.ValueTextEquals("items"u8);
        var isMetadata = json.ValueTextEquals("metadata"u8);
        var isKind = json.ValueTextEquals("kind"u8);
        if (!json.Read())
        {
            return false;
        }

        if (isItems && json.TokenType == JsonTokenType.StartArray)
        {
            _isInItems = true;
            return true;
        }

        var start = (int)json.TokenStartIndex;
        if (isKind)
        {
            _kind = json.Text();
        }
        else if (!json.TrySkip())
        {
            return false;
        }
        else if (isMetadata)
        {
            ReadMetadata(feed.Window[start..(int)json.BytesConsumed]);
        }

        return true;
    }

    private void ReadMetadata(ReadOnlySpan<byte> item)
    {
        var json = new Utf8JsonReader(item, JsonText.Options);
        json.Read();
        var fields = s_metadata.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            var text = json.Text();
            if (field == "continue")
            {
                _continue = text;
            }
            else
            {
                _version = ResourceVersion.Parse(json.ValueSpan);
            }
        }
    }
}
