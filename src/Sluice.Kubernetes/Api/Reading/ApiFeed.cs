using System.Globalization;
using Sluice.Kubernetes.Json;

namespace Sluice.Kubernetes.Api.Reading;

/// <summary>A window over JSON text as it arrives from an API server.</summary>
/// <param name="stream">The body of an answer.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiFeed(Stream stream, TimeProvider time) : JsonWindow(1)
{
    /// <summary>How long something that has begun may pause.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads more into the window; false at the end of the text.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Ends the waiting too.</param>
    /// <exception cref="ApiFault">Nothing came, or the connection broke.</exception>
    /// <exception cref="SyntaxException">One object is too large.</exception>
    public async ValueTask<bool> TryFillAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var room = Room();
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var count = await stream.ReadAsync(room, either.Token).ConfigureAwait(false);
            Extend(count);
            return count > 0;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ApiFault(ApiFaultKind.Unreachable, string.Create(CultureInfo.InvariantCulture, $"it sent nothing for {patience.TotalSeconds:0} s"));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or HttpRequestException)
        {
            throw new ApiFault(ApiFaultKind.Unreachable, $"the connection broke: {Shown.Complaint(e.Message)}", e);
        }
    }

    /// <summary>Reads more into the window, which ends within an object.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="ApiFault">There is no more.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (!await TryFillAsync(Patience, cancellationToken).ConfigureAwait(false))
        {
            throw new ApiFault(ApiFaultKind.Unreachable, "the answer ends within an object");
        }
    }
}
