using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sluice.Tests.Api.Server;

/// <summary>Answers a request for a watch.</summary>
internal sealed class WatchAnswer(ApiStore store, string resource, TroubledBody body, Trouble? trouble, TimeProvider time, ServerActivity activity, Action? telling = null)
{
    private const string Expired =
        """{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","status":"Failure","message":"too old resource version","reason":"Expired","code":410}}""" + "\n";

    private static readonly TimeSpan s_bookmarks = TimeSpan.FromSeconds(60);

    private readonly Random _random = new(trouble is Trouble.Repetition(var seed) ? seed : 0);
    private readonly List<string> _said = [];
    private int _events;

    /// <summary>Writes events until the time is up, or the client goes.</summary>
    public async Task WriteAsync(IQueryCollection query, CancellationToken cancellationToken)
    {
        var selector = new ObjectSelector(query["labelSelector"].ToString(), query["fieldSelector"].ToString());
        var version = long.Parse(query["resourceVersion"]!, CultureInfo.InvariantCulture);
        var rest = TimeSpan.FromSeconds(int.Parse(query["timeoutSeconds"]!, CultureInfo.InvariantCulture));
        var start = time.GetTimestamp();
        while (!body.IsOver && rest - time.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
        {
            var (events, latest, next) = store.After(resource, version);
            if (events is null || (trouble is Trouble.Expiry(var count) && _events >= count))
            {
                await body.WriteAsync(Expired, cancellationToken);
                return;
            }

            foreach (var item in events.Select(e => Text(e, selector)).OfType<string>())
            {
                await SayAsync(item, cancellationToken);
            }

            version = latest;
            if (!next.IsCompleted && !body.IsOver)
            {
                using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var pause = Task.Delay(left < s_bookmarks ? left : s_bookmarks, time, end.Token);
                await activity.RestAsync(Task.WhenAny(next, pause));
                var isQuiet = pause.IsCompletedSuccessfully && !next.IsCompleted;
                await end.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
                if (isQuiet)
                {
                    await body.WriteAsync(
                        $$$$"""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"{{{{version}}}}"}}}""" + "\n", cancellationToken);
                }
            }
        }
    }

    private async Task SayAsync(string item, CancellationToken cancellationToken)
    {
        if (trouble is Trouble.Repetition)
        {
            _said.Add(item);
        }

        _events++;
        telling?.Invoke();
        for (var times = trouble is Trouble.Repetition ? 2 : 1; times > 0 && !body.IsOver; times--)
        {
            await body.WriteAsync(item, cancellationToken);
        }

        if (trouble is Trouble.Repetition && !body.IsOver)
        {
            await body.WriteAsync(_said[_random.Next(_said.Count)], cancellationToken);
        }
    }

    // What the client is to know: an object that is chosen no longer is gone for it.
    private static string? Text(StoredEvent said, ObjectSelector selector)
    {
        var wasChosen = said.Before is { } before && selector.Chooses(said.Key, before);
        var isChosen = !said.IsDeletion && selector.Chooses(said.Key, said.After);
        var type = (wasChosen, isChosen) switch
        {
            (false, true) => "ADDED",
            (true, true) => "MODIFIED",
            (true, false) => "DELETED",
            _ => null,
        };
        return type is null ? null : $$"""{"type":"{{type}}","object":{{said.After.Json}}}""" + "\n";
    }
}
