using System.Collections.Concurrent;
using Sluice.Kubernetes.Api;
using Sluice.Kubernetes.Cluster;

namespace Sluice.Tests.Api;

/// <summary>A source that is followed: which names came, and what was wrong.</summary>
internal sealed class FollowedServer : IAsyncDisposable
{
    private readonly ApiSource _source;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly Task _following;

    public FollowedServer(ApiSource source)
    {
        _source = source;
        _following = Task.Run(FollowAsync);
    }

    public List<string> Problems => [.. _problems];

    public Task KnowsAsync(string name) => ApiRig.UntilAsync(() => _names.ContainsKey(name), $"{name} (problems: {string.Join("; ", _problems)})");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _source.Dispose();
        _stop.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var update in _source.WatchAsync(_stop.Token))
            {
                foreach (var change in update.Changes.OfType<ClusterChange.Upsert>())
                {
                    _names[change.Object.Name.Name] = true;
                }

                if (update.Problem is { } problem)
                {
                    _problems.Enqueue(problem);
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }
}
