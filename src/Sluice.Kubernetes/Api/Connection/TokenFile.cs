using System.Text;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api.Connection;

/// <summary>A bearer token in a file: read again when the file changes, and at least each minute.</summary>
internal sealed class TokenFile(string path, TimeProvider time)
{
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private FileStamp _stamp;
    private string? _token;
    private long _read;

    /// <summary>The token.</summary>
    /// <param name="isRefused">Whether the server refused what was said before.</param>
    /// <exception cref="ApiFault">There is none, and never was.</exception>
    public string Get(bool isRefused)
    {
        lock (_gate)
        {
            var stamp = FileStamp.Of(path);
            if (_token is null || isRefused || stamp != _stamp || time.GetElapsedTime(_read) >= s_period)
            {
                _token = Read() ?? _token ?? throw new ApiFault(ApiFaultKind.Failed, $"{path}: expected a token, found nothing");
                _stamp = stamp;
                _read = time.GetTimestamp();
            }

            return _token;
        }
    }

    // Null where a renewal has emptied it, or is about to make it anew.
    private string? Read()
    {
        try
        {
            var text = File.ReadAllText(path, Encoding.UTF8).Trim();
            return text.Length > 0 ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _token is not null ? null : throw new ApiFault(ApiFaultKind.Failed, $"{path} cannot be read: {Shown.Complaint(e.Message)}", e);
        }
    }
}
