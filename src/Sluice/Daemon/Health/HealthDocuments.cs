using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Daemon.Health;

/// <summary>Writes what the health endpoints answer. The fields of <c>/healthz</c> and <c>/livez</c> are kube-proxy's (1.36), in its order.</summary>
internal static class HealthDocuments
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Of <c>/healthz</c> and, without the node, of <c>/livez</c>.</summary>
    /// <param name="report">How the proxy stands.</param>
    /// <param name="isWell">Whether the answer is that all is well: then it says that it was updated now, as older kube-proxies did.</param>
    /// <param name="hasNode">Whether it tells of the node.</param>
    public static ReadOnlyMemory<byte> Health(HealthReport report, bool isWell, bool hasNode) => Write(json =>
    {
        json.WriteString("lastUpdated", Time(isWell ? report.Now : report.LastUpdated));
        json.WriteString("currentTime", Time(report.Now));
        if (hasNode)
        {
            json.WriteBoolean("nodeEligible", report.IsNodeEligible);
        }

        json.WriteBoolean("healthy", report.IsHealthy);
        if (report.Families.Any(f => f.LastUpdated is not null))
        {
            json.WriteStartObject("status");
            foreach (var family in report.Families.Where(f => f.LastUpdated is not null).OrderBy(f => f.Family))
            {
                json.WriteStartObject(family.Family.ToString());
                json.WriteString("lastUpdated", Time(family.LastUpdated!.Value));
                json.WriteBoolean("healthy", family.IsHealthy);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }
    });

    /// <summary>Of <c>/readyz</c>.</summary>
    public static ReadOnlyMemory<byte> Readiness(HealthReport report) => Write(json =>
    {
        json.WriteBoolean("ready", report.Missing.Count == 0);
        json.WriteStartArray("missing");
        foreach (var line in report.Missing)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
    });

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(bytes, s_options);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    // As Go writes a time: RFC 3339 without zeros at the end.
    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
