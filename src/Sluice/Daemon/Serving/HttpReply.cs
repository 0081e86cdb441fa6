using System.Text;

namespace Sluice.Daemon.Serving;

/// <summary>A whole answer to a request.</summary>
/// <param name="Status">The status code, such as 200.</param>
/// <param name="ContentType">The header <c>Content-Type</c>.</param>
/// <param name="Body">The body.</param>
internal sealed record HttpReply(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>All is well.</summary>
    public const int Ok = 200;

    /// <summary>There is nothing under the path.</summary>
    public const int NotFound = 404;

    /// <summary>Something went wrong here.</summary>
    public const int Failed = 500;

    /// <summary>What is asked for is not in order now.</summary>
    public const int Unavailable = 503;

    /// <summary>The header <c>X-Load-Balancing-Endpoint-Weight</c>; null for none.</summary>
    public int? EndpointWeight { get; init; }

    /// <summary>An answer in plain text.</summary>
    public static HttpReply Text(int status, string text) => new(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    /// <summary>An answer in JSON.</summary>
    public static HttpReply Json(int status, ReadOnlyMemory<byte> body) => new(status, "application/json", body);
}
