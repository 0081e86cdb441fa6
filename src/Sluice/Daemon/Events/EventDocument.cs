using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Sluice.Daemon.Events;

/// <summary>Writes an Event as the API takes it (events.k8s.io/v1), with the fields that kube-proxy's recorder sets.</summary>
internal static class EventDocument
{
    // The API takes no longer note.
    private const int LongestNote = 1024;

    /// <summary>Writes one.</summary>
    /// <param name="happened">What happened.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="time">When.</param>
    /// <returns>The path to post it to, and the document.</returns>
    public static (string Path, ReadOnlyMemory<byte> Body) Write(ProxyEvent happened, string node, DateTimeOffset time)
    {
        // Of the whole cluster are nodes: their Events live in the default namespace.
        var space = happened.Service?.Namespace ?? "default";
        var about = happened.Service?.Name ?? node;
        var bytes = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("apiVersion", "events.k8s.io/v1");
        json.WriteString("kind", "Event");
        json.WriteStartObject("metadata");
        json.WriteString("name", string.Create(CultureInfo.InvariantCulture, $"{about}.{time.UtcTicks:x}"));
        json.WriteString("namespace", space);
        json.WriteEndObject();
        json.WriteString("eventTime", time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        json.WriteString("reportingController", "sluice");
        json.WriteString("reportingInstance", $"sluice-{node}");
        json.WriteString("action", happened.Action);
        json.WriteString("reason", happened.Reason);
        json.WriteStartObject("regarding");
        json.WriteString("kind", happened.Service is null ? "Node" : "Service");
        if (happened.Service is not null)
        {
            json.WriteString("namespace", space);
        }

        json.WriteString("name", about);
        json.WriteString("uid", happened.Service?.ToString() ?? node);
        json.WriteEndObject();
        json.WriteString("note", happened.Note.Length <= LongestNote ? happened.Note : happened.Note[..LongestNote]);
        json.WriteString("type", happened.IsWarning ? "Warning" : "Normal");
        json.WriteEndObject();
        json.Flush();
        return ($"/apis/events.k8s.io/v1/namespaces/{space}/events", bytes.WrittenMemory);
    }
}
