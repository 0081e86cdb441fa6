using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sluice.Tests.Api.Server;

/// <summary>Writes the body of an answer, well or badly.</summary>
internal sealed class TroubledBody(HttpContext context, Trouble? trouble, TimeProvider time, ServerActivity activity)
{
    private int _written;

    /// <summary>Whether the body is over, whatever else there would be to send.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Writes a part of the body.</summary>
    public async Task WriteAsync(string text, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        switch (trouble)
        {
            case Trouble.Cut(var after) when _written + bytes.Length > after:
                await SendAsync(bytes.AsMemory(0, after - _written), cancellationToken);
                IsOver = true;
                context.Abort();
                break;
            case Trouble.Short(var after) when _written + bytes.Length > after:
                await SendAsync(bytes.AsMemory(0, after - _written), cancellationToken);
                IsOver = true;
                break;
            case Trouble.Garbage(var after) when _written + bytes.Length > after:
                await SendAsync(bytes.AsMemory(0, after - _written), cancellationToken);
                await SendAsync("\"}]}<html>\0{{]"u8.ToArray(), cancellationToken);
                IsOver = true;
                break;
            case Trouble.Silence(var after) when _written + bytes.Length > after:
                await SendAsync(bytes.AsMemory(0, after - _written), cancellationToken);
                await activity.RestAsync(Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken));
                break;
            case Trouble.Drip(var count, var pause):
                for (var at = 0; at < bytes.Length; at += count)
                {
                    await SendAsync(bytes.AsMemory(at, Math.Min(count, bytes.Length - at)), cancellationToken);
                    await activity.RestAsync(Task.Delay(pause, time, cancellationToken));
                }

                break;
            default:
                await SendAsync(bytes, cancellationToken);
                break;
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _written += bytes.Length;
        await context.Response.Body.WriteAsync(bytes, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
