namespace Sluice.Daemon;

/// <summary>Has endpoints that are gone removed from IPVS once their last connection has ended, as long as it runs.</summary>
internal sealed class DrainLoop : IAsyncDisposable
{
    // kube-proxy looks once a minute. A look asks only for the servers that have such endpoints.
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<IpvsKernel> _families;
    private readonly EventLog _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Starts it.</summary>
    /// <param name="families">The families that are routed.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to tell what goes wrong; it is tried again.</param>
    public DrainLoop(IReadOnlyList<IpvsKernel> families, TimeProvider time, EventLog log)
    {
        (_families, _log) = (families, log);
        _running = RunAsync(new PeriodicTimer(s_period, time));
    }

    /// <summary>Ends it; a look under way is waited for. Endpoints that drain stay, and the next start finds them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(PeriodicTimer timer)
    {
        using (timer)
        {
            try
            {
                while (await timer.WaitForNextTickAsync(_stop.Token))
                {
                    foreach (var family in _families)
                    {
                        await LookAsync(family);
                    }
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Asked to stop.
            }
        }
    }

    private async Task LookAsync(IpvsKernel family)
    {
        string? problem;
        try
        {
            // The kernel may take long to answer: not on this thread.
            problem = await Task.Run(family.RemoveDrainedAsync);
        }
#pragma warning disable CA1031 // A fault in here must not end the looks for good: it is told, and tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            problem = $"{e.GetType().Name}: {e.Message}";
        }

        if (problem is not null)
        {
            _log.Warn("endpoints that are gone may still be there; trying again", ("family", family.Family), ("problem", problem));
        }
    }
}
