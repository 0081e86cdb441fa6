using Sluice.Kubernetes.Cluster;

namespace Sluice.Daemon;

/// <summary>
/// The proxy: takes what a source reports and lets a worker of each family bring it to the kernel. Nothing is written before the
/// source has reported everything there is: what is not yet known would be removed.
/// </summary>
/// <param name="source">Reports the cluster.</param>
/// <param name="desired">Takes it in.</param>
/// <param name="workers">Bring it to the kernel.</param>
/// <param name="log">Where to tell what cannot be read.</param>
/// <param name="status">Follows what happens; null for nobody.</param>
internal sealed class ProxyLoop(IClusterSource source, DesiredState desired, IReadOnlyList<FamilyWorker> workers, EventLog log, ProxyStatus? status = null)
{
    private string? _problem;
    private bool _isWaiting;

    /// <summary>Runs until cancelled; a batch under way is finished or, when it takes long, given up; the rules stay.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var running = Task.CompletedTask;
        var isStarted = false;
        try
        {
            await foreach (var update in source.WatchAsync(cancellationToken))
            {
                Tell(update);
                var isChanged = desired.Apply(update.Changes);
                if (!isStarted && update.IsComplete)
                {
                    isStarted = isChanged = true;
                    status?.Health.Start();

                    // What reading left behind would come on top of what planning needs.
                    HeapTrim.Run();
                    running = Task.WhenAll(workers.Select(w => w.RunAsync(cancellationToken)));
                }

                status?.Arrived(update, isQueued: isStarted && isChanged);
                if (isStarted && isChanged)
                {
                    foreach (var worker in workers)
                    {
                        worker.Request();
                    }

                    // Not before: nobody waits for it.
                    HeapTrim.RunWhenDue();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }

        await running;
    }

    // Once, not every time the source looks.
    private void Tell(ClusterUpdate update)
    {
        if (update.Problem is { } problem && problem != _problem)
        {
            log.Error("the cluster cannot be read as it is", ("problem", problem));
            if (!update.IsComplete && !_isWaiting)
            {
                _isWaiting = true;
                log.Info("nothing is written before everything can be read: rules in the kernel stay as they are");
            }
        }

        _problem = update.Problem;
        if (update.Note is { } note)
        {
            log.Info(note);
        }
    }
}
