using System.Text.Json;
using Sluice.Kubernetes.Decoding;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api.Reading;

/// <summary>Reads the events of a watch, one JSON object after the other.</summary>
internal sealed class WatchReader(ApiFeed feed, ObjectReader objects)
{
    private static readonly FieldNames s_event = new("type", "object");

    /// <summary>The next event; null when the server ends the watch.</summary>
    /// <param name="patience">How long there may be none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ApiFault">The watch breaks off or stalls, is no watch, or the server says what is wrong.</exception>
    public async ValueTask<WatchEvent?> NextAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        try
        {
            WatchEvent? found;
            while ((found = Take()) is null)
            {
                if (!feed.Window.IsEmpty)
                {
                    await feed.FillAsync(cancellationToken).ConfigureAwait(false);
                }
                else if (!await feed.TryFillAsync(patience, cancellationToken).ConfigureAwait(false))
                {
                    return null;
                }
            }

            return found;
        }
        catch (Exception e) when (e is JsonException or DecodeException or SyntaxException or InvalidOperationException)
        {
            throw new ApiFault(ApiFaultKind.Failed, $"the watch is no JSON as the API has it: {Shown.Complaint(e.Message)}", e);
        }
    }

    // Null when the window does not hold a whole event.
    private WatchEvent? Take()
    {
        var blank = feed.Window.IndexOfAnyExcept(" \t\r\n"u8);
        feed.Advance(blank < 0 ? feed.Window.Length : blank);
        var json = new Utf8JsonReader(feed.Window, isFinalBlock: false, new JsonReaderState(JsonText.Options));
        if (feed.Window.IsEmpty || !json.Read() || !json.TrySkip())
        {
            return null;
        }

        var length = json.BytesConsumed;
        var found = Read(feed.Window[..(int)length]);
        feed.Advance(length);
        return found;
    }

    private WatchEvent Read(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text, JsonText.Options);
        json.Read();
        string? type = null;
        var item = default(Range);
        var fields = s_event.Open(ref json);
        while (fields.Next(ref json) is { } field)
        {
            if (field == "type")
            {
                type = json.Text();
                continue;
            }

            var start = (int)json.TokenStartIndex;
            json.Skip();
            item = start..(int)json.BytesConsumed;
        }

        var body = text[item];
        return type switch
        {
            "ADDED" or "MODIFIED" => new WatchEvent.Upsert(objects.Read(body)),
            "DELETED" => new WatchEvent.Delete(objects.ReadName(body)),
            "BOOKMARK" => new WatchEvent.Bookmark(ObjectReader.VersionOf(body)),
            "ERROR" => throw ServerStatus.Read(body).ToFault(),
            null => throw json.Missing("type", "the type of the event"),
            _ => throw new ApiFault(ApiFaultKind.Failed, $"expected events of a watch, found one of type {Shown.Quoted(type)}"),
        };
    }
}
