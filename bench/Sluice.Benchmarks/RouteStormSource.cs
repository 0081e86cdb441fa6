using System.Runtime.CompilerServices;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>A cluster whose endpoints change without rest: everything once, then so many endpoints a second, each with an address that is new.</summary>
/// <param name="slices">Where the endpoints are.</param>
/// <param name="all">Everything there is.</param>
/// <param name="rate">Changes a second.</param>
/// <param name="seconds">For how long.</param>
/// <param name="time">The clock.</param>
internal sealed class RouteStormSource(
    IReadOnlyList<EndpointSlice> slices, IReadOnlyList<ClusterChange> all, int rate, int seconds, TimeProvider time) : IClusterSource
{
    private const int TicksPerSecond = 100;
    private const uint Newcomers = 0x0B000000; // 11.0.0.0

    private readonly EndpointSlice[] _slices = [.. slices];
    private readonly Random _random = new(20_260_101);

    /// <summary>The slices as they are after what was reported.</summary>
    public IReadOnlyList<EndpointSlice> Slices => _slices;

    /// <summary>How many endpoints changed so far.</summary>
    public int Changes { get; private set; }

    /// <summary>When all rules are in place and the storm may begin.</summary>
    public TaskCompletionSource Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When the last change was reported.</summary>
    public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async IAsyncEnumerable<ClusterUpdate> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new ClusterUpdate(all, IsComplete: true);
        await Ready.Task.WaitAsync(cancellationToken);
        var start = time.GetTimestamp();
        var total = rate * seconds;
        while (Changes < total)
        {
            // As many as are due by now: a late tick brings more.
            var due = int.Min(total, (int)(time.GetElapsedTime(start).TotalSeconds * rate));
            var changes = new List<ClusterChange>(int.Max(0, due - Changes));
            for (; Changes < due; Changes++)
            {
                changes.Add(new ClusterChange.Upsert(ChangeOne()));
            }

            yield return new ClusterUpdate(changes, IsComplete: true);
            await Task.Delay(TimeSpan.FromSeconds(1.0 / TicksPerSecond), time, cancellationToken);
        }

        Over.SetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
    }

    private EndpointSlice ChangeOne()
    {
        ref var slice = ref _slices[_random.Next(_slices.Length)];
        var endpoints = slice.Endpoints.Span.ToArray();
        endpoints[_random.Next(endpoints.Length)] = new SliceEndpoint(NetAddress.V4(Newcomers + (uint)Changes + 1));
        return slice = slice with { Endpoints = [.. endpoints] };
    }
}
