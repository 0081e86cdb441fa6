using System.Runtime.InteropServices;

namespace Sluice.Daemon;

/// <summary>
/// What signals mean to the daemon: SIGTERM and SIGINT end it in order, a second one at once; SIGHUP means nothing, since manifests
/// are watched anyway.
/// </summary>
internal sealed class ShutdownSignals : IDisposable
{
    // Who signals a process and its group, as timeout(1) does, means one stop.
    private static readonly TimeSpan s_sameStop = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly EventLog _log;
    private long? _first;

    /// <summary>Starts to listen.</summary>
    public ShutdownSignals(TimeProvider time, EventLog log)
    {
        (_time, _log) = (time, log);
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ignore),
        ];
    }

    /// <summary>Cancelled by the first signal to stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (_gate)
        {
            if (_first is null)
            {
                _first = _time.GetTimestamp();
                _log.Info("stopping; the rules stay in place", ("signal", context.Signal));
            }
            else if (_time.GetElapsedTime(_first.Value) > s_sameStop)
            {
                _log.Warn("stopped at once; the next start compares everything", ("signal", context.Signal));
                Environment.Exit(ExitCode.Failure);
            }
        }

        _stop.Cancel();
    }

    private void Ignore(PosixSignalContext context)
    {
        context.Cancel = true;
        _log.Info("nothing to do: manifests are watched", ("signal", context.Signal));
    }
}
