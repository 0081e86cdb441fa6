using System.Threading.Channels;
using Sluice.Kubernetes.Configuration;

namespace Sluice.Daemon;

/// <summary>
/// Runs the proxy through changes of its configuration file. What can change while it routes does; else routing begins anew within the process: the
/// rules stay in the kernel meanwhile, and only what differs is written. A file that makes no sense, or cannot be carried out here, changes nothing.
/// </summary>
/// <param name="first">What to do at first.</param>
/// <param name="reload">The file to follow; null for none.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where to tell.</param>
internal sealed class ProxyRun(ProxySettings first, ConfigurationReload? reload, TimeProvider time, EventLog log)
{
    private readonly Channel<ProxySettings> _changes = Channel.CreateBounded<ProxySettings>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private ProxySettings _settings = first;

    /// <summary>Runs until cancelled. The rules stay in place.</summary>
    /// <exception cref="CommandFailure">It cannot run here.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var instance = InstanceLock.TakeOrFail();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = reload is null ? Task.CompletedTask : WatchAsync(reload, end.Token);
        try
        {
            await RouteAsync(cancellationToken);
        }
        finally
        {
            await end.CancelAsync();
            await watching;
        }

        log.Info("stopped");
    }

    private async Task RouteAsync(CancellationToken cancellationToken)
    {
        ApplyToProcess();
        ProxySettings? before = null;
        while (!cancellationToken.IsCancellationRequested)
        {
            ProxySettings? next;
            try
            {
                next = await RouteUntilChangeAsync(cancellationToken);
            }
            catch (CommandFailure e) when (before is not null)
            {
                log.Error("the new configuration cannot be carried out here: the one before counts again", ("problem", e.Message));
                (next, before) = (before, null);
                _settings = next;
                ApplyToProcess();
                continue;
            }

            if (next is null)
            {
                return;
            }

            (before, _settings) = (_settings, next);
            ApplyToProcess();
        }
    }

    // Null when it was asked to stop.
    private async Task<ProxySettings?> RouteUntilChangeAsync(CancellationToken cancellationToken)
    {
        var live = new LiveNodeSettings(_settings.Node);
        using var session = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var routing = ProxyHost.RunAsync(_settings, live, time, log, session.Token);
        try
        {
            while (true)
            {
                var isChange = _changes.Reader.WaitToReadAsync(session.Token).AsTask();
                if (await Task.WhenAny(routing, isChange) == routing || !_changes.Reader.TryRead(out var next))
                {
                    return null;
                }

                if (!IsLive(next))
                {
                    return next;
                }

                _settings = next;
                ApplyToProcess();
                NodeSetup.Apply(next.Mode, next.Node, next.Configuration, log);
                live.Change(next.Node);
            }
        }
        finally
        {
            await session.CancelAsync();
            await routing;
        }
    }

    private bool IsLive(ProxySettings next)
    {
        var fields = ConfigurationRemarks.Differences(_settings.Configuration, next.Configuration);
        var isLive = next.Mode == _settings.Mode && fields.All(f => f.IsLive);
        log.Info(
            "the configuration has changed",
            ("fields", string.Join(',', fields.Select(f => f.Name))),
            ("routing", isLive ? "goes on" : "begins anew, the rules stay meanwhile"));
        return isLive;
    }

    private void ApplyToProcess()
    {
        var configuration = _settings.Configuration;
        log.Configure(configuration.Logging.Verbosity, configuration.Logging.Format);
        OomScore.Set(configuration.OomScoreAdj, log);
        foreach (var remark in ConfigurationRemarks.Of(configuration))
        {
            log.Warn(remark);
        }
    }

    private async Task WatchAsync(ConfigurationReload file, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var result in file.Watch.WatchAsync(cancellationToken))
            {
                Take(file, result);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private void Take(ConfigurationReload file, ConfigurationResult result)
    {
        try
        {
            var settings = result is ConfigurationResult.Read { File: var read }
                ? file.Make(read)
                : throw new CommandFailure(((ConfigurationResult.Refused)result).Problem.ToString());
            _changes.Writer.TryWrite(settings);
        }
        catch (CommandFailure e)
        {
            log.Error("the new configuration is refused, the one before stays", ("problem", e.Message));
        }
    }
}
