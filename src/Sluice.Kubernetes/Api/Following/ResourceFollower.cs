using System.Globalization;
using System.Threading.Channels;
using Sluice.Kubernetes.Api.Reading;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Api.Following;

/// <summary>
/// Follows one resource of an API server: lists it, watches from there, and lists again where the watch cannot go on. Whatever the server
/// does, objects that were known stay until a list or an event says that they are gone.
/// </summary>
internal sealed class ResourceFollower(ApiResource resource, IApiReader client, TimeProvider time, Random random, ChannelWriter<ResourceReport> output)
{
    // How long a watch is asked to last, as client-go: 5 minutes and up to 5 more, so that not all end together.
    private static readonly TimeSpan s_watchTime = TimeSpan.FromMinutes(5);

    // What a server gets beyond that before it counts as lost.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);

    // A watch that lasted so long was a good one, even if it had nothing to say.
    private static readonly TimeSpan s_goodWatch = TimeSpan.FromSeconds(30);

    // How long a resource that the proxy can do without is left alone where it may not be read.
    private static readonly TimeSpan s_absentPause = TimeSpan.FromMinutes(10);

    // A list that is older than what is known comes from a server that lags. One that stays so was set back.
    private const int MaxStaleLists = 3;

    // So many objects in error are named; where there are more, more names help nobody.
    private const int MaxNamed = 50;

    private readonly ObjectReader _reader = new(resource.Kind);
    private readonly KnownObjects _known = new(resource.Kind);
    private readonly ResourceLister _lister = new(resource, client, time);
    private readonly BackOff _backOff = new(random);
    private readonly Dictionary<ObjectName, string> _unreadable = [];

    // What was said since all was well last; empty for a server that is away.
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private ResourceStatus _status = new(resource.Kind);
    private bool _mustList = true;
    private bool _wasGood;
    private int _staleLists;

    /// <summary>How it stands; safe from any thread.</summary>
    public ResourceStatus Status => Volatile.Read(ref _status);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _wasGood = false;
            var pause = TimeSpan.Zero;
            try
            {
                if (_mustList)
                {
                    await ListAsync(cancellationToken).ConfigureAwait(false);
                }

                await WatchAsync(cancellationToken).ConfigureAwait(false);
                pause = _wasGood ? TimeSpan.Zero : _backOff.Next();
            }
            catch (ApiFault fault)
            {
                pause = await TakeAsync(fault, cancellationToken).ConfigureAwait(false);
            }

            Tell(_status with { IsConnected = false });
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        Tell(_status with { Lists = _status.Lists + 1 });
        var version = default(ResourceVersion);
        var isFirst = true;
        await foreach (var page in _lister.ListAsync(_reader, cancellationToken).ConfigureAwait(false))
        {
            Hear();
            if (isFirst)
            {
                Begin(page.Version);
                isFirst = false;
            }

            version = page.Version;
            await SendAsync([.. page.Objects.Select(_known.Listed).OfType<ClusterChange>()], cancellationToken).ConfigureAwait(false);
            foreach (var item in page.Objects)
            {
                await CheckAsync(item, cancellationToken).ConfigureAwait(false);
            }
        }

        var gone = _known.EndList(version);
        gone.ForEach(change => _unreadable.Remove(((ClusterChange.Delete)change).Object.Name));
        _mustList = false;
        _staleLists = 0;
        Tell(_status with { IsListed = true, Objects = _known.Count });
        await output.WriteAsync(new ResourceReport(resource.Kind, gone, IsListed: true), cancellationToken).ConfigureAwait(false);
    }

    private void Begin(ResourceVersion version)
    {
        var isStale = version.IsBefore(_known.Latest);
        if (isStale && ++_staleLists < MaxStaleLists)
        {
            throw new ApiFault(ApiFaultKind.Failed, $"its list is of version {version}, older than {_known.Latest}, which is known already");
        }

        _known.BeginList(takesAll: isStale);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var duration = s_watchTime * (1 + random.NextDouble());
        var query = string.Create(
            CultureInfo.InvariantCulture,
            $"watch=true&allowWatchBookmarks=true&resourceVersion={Uri.EscapeDataString(_known.Latest.ToString())}&timeoutSeconds={(int)duration.TotalSeconds}");
        var start = time.GetTimestamp();
        using var answer = await client.GetAsync(resource.With(query), cancellationToken).ConfigureAwait(false);
        using var feed = new ApiFeed(answer.Body, time);
        var events = new WatchReader(feed, _reader);
        Tell(_status with { IsConnected = true, Watches = _status.Watches + 1 });
        await RecoverAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (await events.NextAsync(duration + s_grace - time.GetElapsedTime(start), cancellationToken).ConfigureAwait(false) is { } said)
            {
                await TakeAsync(said, cancellationToken).ConfigureAwait(false);
                Succeed();
                if (time.GetElapsedTime(start) > duration + s_grace)
                {
                    // Bookmarks alone could keep it open for ever.
                    return;
                }
            }
        }
        finally
        {
            if (time.GetElapsedTime(start) >= s_goodWatch)
            {
                Succeed();
            }
        }
    }

    private async Task TakeAsync(WatchEvent said, CancellationToken cancellationToken)
    {
        if (said is WatchEvent.Bookmark { Version: var version } && version.IsBefore(_known.Latest))
        {
            throw new ApiFault(ApiFaultKind.Expired, $"it is at version {version}, older than {_known.Latest}, which is known already");
        }

        var change = _known.Take(said);
        Hear();
        Tell(_status with
        {
            Objects = _known.Count,
            Events = _status.Events + (said is WatchEvent.Bookmark ? 0 : 1),
            IgnoredEvents = _known.Ignored,
        });
        if (change is not null)
        {
            await SendAsync([change], cancellationToken).ConfigureAwait(false);
        }

        switch (said)
        {
            case WatchEvent.Upsert { Item: var item }:
                await CheckAsync(item, cancellationToken).ConfigureAwait(false);
                break;
            case WatchEvent.Delete { Item.Name: { } name }:
                _unreadable.Remove(name);
                break;
        }
    }

    // An object in error is named once, as long as the error stays the same.
    private async ValueTask CheckAsync(ListedObject item, CancellationToken cancellationToken)
    {
        var name = item.Name ?? default;
        if (item.Problem is not { } problem)
        {
            _unreadable.Remove(name);
        }
        else if (!_unreadable.TryGetValue(name, out var said) || said != problem)
        {
            _unreadable[name] = problem;
            if (_unreadable.Count <= MaxNamed)
            {
                var line = _unreadable.Count == MaxNamed ? $"{resource.Name}: and more that cannot be read" : $"{problem}; it is left out, or kept as it was";
                await SendAsync([], cancellationToken, problem: $"{client.Name}: {line}").ConfigureAwait(false);
            }
        }
    }

    // What follows from a fault; how long to wait.
    private async Task<TimeSpan> TakeAsync(ApiFault fault, CancellationToken cancellationToken)
    {
        Tell(_status with { Failures = _status.Failures + 1 });
        if (fault.Kind == ApiFaultKind.Expired)
        {
            // Ordinary after a long absence: the first time it is nobody's business.
            var isFirst = !_mustList && _wasGood;
            _mustList = true;
            if (isFirst)
            {
                return TimeSpan.Zero;
            }
        }

        var line = $"{client.Name}: {resource.Name}: {fault.Message}";
        if (resource.IsOptional && fault.Kind is ApiFaultKind.NotFound or ApiFaultKind.Forbidden)
        {
            await ReportAbsentAsync(line, cancellationToken).ConfigureAwait(false);
            return s_absentPause;
        }

        Tell(_status with { Problem = line });
        if (_told.Add(fault.Kind == ApiFaultKind.Unreachable ? "" : line))
        {
            await SendAsync([], cancellationToken, problem: line).ConfigureAwait(false);
        }

        var pause = _backOff.Next();
        return fault.RetryAfter is { } wanted && wanted > pause ? wanted : pause;
    }

    private async Task ReportAbsentAsync(string line, CancellationToken cancellationToken)
    {
        _mustList = true;
        var isNew = _status.Problem != line;
        Tell(_status with { IsListed = true, Problem = line });
        if (isNew)
        {
            await output.WriteAsync(
                new ResourceReport(resource.Kind, [], IsListed: true, Note: $"{line}; the proxy goes on without"), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        if (_status.Problem is not null)
        {
            _told.Clear();
            Tell(_status with { Problem = null });
            await SendAsync([], cancellationToken, note: $"{client.Name}: {resource.Name}: followed again").ConfigureAwait(false);
        }
    }

    private void Succeed()
    {
        _wasGood = true;
        _backOff.Reset();
    }

    private void Hear() => Tell(_status with { LastHeard = time.GetUtcNow() });

    private void Tell(ResourceStatus status) => Volatile.Write(ref _status, status);

    private ValueTask SendAsync(IReadOnlyList<ClusterChange> changes, CancellationToken cancellationToken, string? problem = null, string? note = null) =>
        changes.Count == 0 && problem is null && note is null
            ? ValueTask.CompletedTask
            : output.WriteAsync(new ResourceReport(resource.Kind, changes, _status.IsListed, problem, note), cancellationToken);
}
