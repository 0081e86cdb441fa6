using Sluice.Kubernetes.Cluster;

namespace Sluice.Daemon;

/// <summary>
/// The proxy: takes what a source reports and lets a worker of each family bring it to the kernel. Nothing is written before the
/// source has reported everything there is: what is not yet known would be removed.
/// </summary>
internal sealed class ProxyLoop(IClusterSource source, DesiredState desired, IReadOnlyList<FamilyWorker> workers, EventLog log)
{
    private string? _problem;
    private bool _isWaiting;

    /// <summary>Runs until cancelled; batches under way are finished, the rules stay.</summary>
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

                    // What reading left behind would come on top of what planning needs.
                    HeapTrim.Run();
                    running = Task.WhenAll(workers.Select(w => w.RunAsync(cancellationToken)));
                }

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
