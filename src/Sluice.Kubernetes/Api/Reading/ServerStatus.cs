using System.Text.Json;
using Sluice.Kubernetes.Decoding;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api.Reading;

/// <summary>A v1 Status: how an API server says that something is wrong.</summary>
/// <param name="Code">The HTTP status code; 0 when not said.</param>
/// <param name="Reason">One word: <c>Expired</c>, <c>Forbidden</c> ...; empty when not said.</param>
/// <param name="Message">A sentence for people; empty when not said.</param>
internal sealed record ServerStatus(int Code, string Reason, string Message)
{
    // Which versions are none, too old, or not yet there: after a restore from a backup, all that were known.
    private const string TooLarge = "Too large resource version";

    private static readonly FieldNames s_status = new("code", "reason", "message");

    /// <summary>Reads a Status; what is none says nothing.</summary>
    public static ServerStatus Read(ReadOnlySpan<byte> text)
    {
        var code = 0;
        string reason = "", message = "";
        try
        {
            var json = new Utf8JsonReader(text, JsonText.Options);
            json.Read();
            var fields = s_status.Open(ref json);
            while (fields.Next(ref json) is { } field)
            {
                switch (field)
                {
                    case "code":
                        code = json.Number(0, 999);
                        break;
                    case "reason":
                        reason = json.Text();
                        break;
                    default:
                        message = json.Text();
                        break;
                }
            }
        }
        catch (Exception e) when (e is JsonException or DecodeException or InvalidOperationException)
        {
            // A proxy's page, or cut: the code of the answer has to do.
            return new ServerStatus(code, reason, message);
        }

        return new ServerStatus(code, reason, message);
    }

    /// <summary>What follows from it.</summary>
    /// <param name="retryAfter">How long the server wants to be left alone.</param>
    public ApiFault ToFault(TimeSpan? retryAfter = null)
    {
        var kind = this switch
        {
            { Code: 410 or 400 } or { Reason: "Expired" or "Gone" } => ApiFaultKind.Expired,
            { Message: var m } when m.Contains(TooLarge, StringComparison.Ordinal) => ApiFaultKind.Expired,
            { Code: 404 } => ApiFaultKind.NotFound,
            { Code: 403 } => ApiFaultKind.Forbidden,
            { Code: 401 } => ApiFaultKind.Unauthorized,
            _ => ApiFaultKind.Failed,
        };
        var words = new[] { Code > 0 ? $"{Code}" : "", Reason, Message.Length > 0 ? Shown.Complaint(Message) : "" };
        return new ApiFault(kind, $"it answers {string.Join(' ', words.Where(w => w.Length > 0))}") { RetryAfter = retryAfter };
    }
}
