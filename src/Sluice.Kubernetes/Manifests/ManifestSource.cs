using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sluice.Kubernetes.Cluster;

namespace Sluice.Kubernetes.Manifests;

/// <summary>
/// The cluster as manifests on disk say it, watched: a file, or a folder as <see cref="ManifestFolder"/> reads it. Changes are
/// noticed within milliseconds; a slow look at everything finds what the kernel's notifications missed.
/// <para>
/// All is reported once every file made sense: a file that breaks the rules of its format from the start keeps
/// <see cref="ClusterUpdate.IsComplete"/> false until it is mended or removed, since nobody knows what is in it. A single object in
/// error does not: it is named, and left out or kept as it was. Once true, it stays true. The same object in two files counts as in
/// the last by ordinal order of paths. While the file or folder itself is missing, everything stays as it was.
/// </para>
/// </summary>
/// <param name="path">The file or folder.</param>
/// <param name="time">The clock.</param>
public sealed class ManifestSource(string path, TimeProvider time) : IClusterSource
{
    // Programs write in more than one step; what follows at once is read together.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan s_rescan = TimeSpan.FromSeconds(10);

    // Where nothing else tells of changes.
    private static readonly TimeSpan s_quickRescan = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ClusterUpdate> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var signals = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var scan = new ManifestScan(path, time);
        using var watch = new ManifestWatch(path, () => signals.Writer.TryWrite(true));
        IReadOnlyCollection<string>? touched = null;
        string? obstacle = null;
        var lastRescan = time.GetTimestamp();
        bool isDue = true, isAgain = false;
        while (true)
        {
            if (isDue)
            {
                lastRescan = time.GetTimestamp();
                var before = obstacle;
                obstacle = watch.Start();
                if (obstacle is not null && obstacle != before)
                {
                    yield return new ClusterUpdate([], scan.IsComplete, $"{path}: changes are noticed late, by looking every {s_quickRescan.TotalSeconds} s: {obstacle}");
                }
            }

            foreach (var update in scan.Look(touched))
            {
                yield return update;
            }

            var period = scan.IsThere && obstacle is null ? s_rescan : s_quickRescan;
            var rest = Min(period - time.GetElapsedTime(lastRescan), scan.NextLook);
            await WaitAsync(signals.Reader, isAgain ? Min(rest, ManifestScan.Grace) : rest, cancellationToken);
            isDue = time.GetElapsedTime(lastRescan) >= period || !watch.IsCurrent;

            // What is put into a new folder before the kernel watches it goes unnoticed: look there once more.
            var events = watch.Take();
            touched = isDue || isAgain ? null : events;
            isAgain = events is null;
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan? other) => other is { } two && two < one ? two : one;

    private async Task WaitAsync(ChannelReader<bool> signals, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timeout = Task.Delay(atMost > TimeSpan.Zero ? atMost : TimeSpan.Zero, time, end.Token);
        var signal = signals.ReadAsync(end.Token).AsTask();
        var first = await Task.WhenAny(signal, timeout);
        await end.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (first == signal)
        {
            await Task.Delay(s_pause, time, cancellationToken);
        }
    }
}
