using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>
/// Keeps the kernel's rules of one address family as the cluster wants them, with a loop of its own: whatever befalls it does not
/// hold up the other family. Of the rules it keeps only the intent that the kernel holds; when that is not known, it compares.
/// </summary>
internal sealed class FamilyWorker
{
    private readonly IPFamily _family;
    private readonly DesiredState _desired;
    private readonly IFamilyKernel _kernel;
    private readonly TimeProvider _time;
    private readonly Action<SyncReport> _report;
    private readonly SyncScheduler _scheduler;

    // Services that changed since the kernel was last brought up to date.
    private readonly HashSet<ObjectName> _pending = [];
    private readonly RefusedServices _refused = new();

    // What the kernel holds; null when not known. And what it held when it was last known.
    private ServiceIntent? _known;
    private ServiceIntent? _last;
    private bool _wasRefused;

    // What looks for changes by others while syncs go on; null when nothing does.
    private Task<Mending>? _survey;

    /// <summary>A worker that has not started.</summary>
    /// <param name="desired">What the cluster wants.</param>
    /// <param name="kernel">The kernel's tables of the family.</param>
    /// <param name="periods">How often to sync.</param>
    /// <param name="time">The clock.</param>
    /// <param name="report">Told after every sync that did or found something.</param>
    public FamilyWorker(DesiredState desired, IFamilyKernel kernel, SyncPeriods periods, TimeProvider time, Action<SyncReport> report)
    {
        (_family, _desired, _kernel, _time, _report) = (kernel.Family, desired, kernel, time, report);
        _scheduler = new SyncScheduler(periods, time, SyncAsync);
    }

    /// <summary>The survey that is under way, or whose outcome waits for the next sync; null when there is none.</summary>
    internal Task? Survey => _survey;

    /// <summary>What the cluster wants has changed.</summary>
    public void Request() => _scheduler.Request();

    /// <summary>Syncs until cancelled; then the batch under way is finished or given up, and the rules stay.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => _scheduler.RunAsync(cancellationToken);

    /// <summary>One sync, as the scheduler calls it.</summary>
    internal async Task<SyncOutcome> SyncAsync(bool audits, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        var report = new SyncReport(_family, SyncKind.Full, new WriteResult(WriteStatus.Failed, 0));
        try
        {
            report = await SyncAsync(start, audits, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _known = null;
            report = report with { Result = new WriteResult(WriteStatus.Stopped, 0) };
        }
#pragma warning disable CA1031 // A fault in here must end neither this loop nor the other family's: it is told, and tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _known = null;
            report = report with { Result = report.Result with { Problem = e is CommandFailure ? e.Message : $"{e.GetType().Name}: {e.Message}" } };
        }

        _report(report with { Duration = _time.GetElapsedTime(start) });
        var succeeded = report.Result.Status is WriteStatus.Done or WriteStatus.Stopped;
        return new SyncOutcome(succeeded, Compared: report.Kind != SyncKind.Changes || _survey is not null);
    }

    private async Task<SyncReport> SyncAsync(long start, bool audits, CancellationToken cancellationToken)
    {
        if (audits)
        {
            _desired.LookAtNode();
        }

        var wanted = _desired.Take(_family);
        _pending.UnionWith(wanted.Changed);
        var accepted = _refused.Release(wanted.Intent, _last is { } last && !last.Node.Equals(wanted.Intent.Node));
        var target = _refused.Without(wanted.Intent);
        var report = new SyncReport(_family, SyncKind.Changes, new WriteResult(WriteStatus.Done, 0))
        {
            Changed = _pending.Count,
            Services = target.ServiceCount,
            Endpoints = target.EndpointCount,
            Accepted = accepted,
        };

        // Another node profile may change any rule.
        if (_known is { } known && known.Node.Equals(target.Node))
        {
            if (_pending.Count > 0)
            {
                report = Wrote(target, report with { Result = await _kernel.ChangeAsync(known, target, _pending, cancellationToken) });
            }

            // The changes have their own report: an audit may take long.
            if (report.Result.Status == WriteStatus.Done && (audits || _survey is not null) && IsSurveyed(cancellationToken))
            {
                if (report.Held is not null)
                {
                    _report(report with { Duration = _time.GetElapsedTime(start) });
                }

                report = await AuditAsync(wanted.Intent, report, cancellationToken);
            }

            return report;
        }

        // Only what is refused again is worth the search for its cause.
        var isRetry = _wasRefused;
        report = Wrote(target, report with { Kind = SyncKind.Full, Result = await _kernel.CompareAsync(target, cancellationToken) });
        return report.Result.Status == WriteStatus.Refused && isRetry
            ? await IsolateAsync(target, report, cancellationToken)
            : report;
    }

    /// <summary>Notes what the kernel holds after writing.</summary>
    private SyncReport Wrote(ServiceIntent target, SyncReport report)
    {
        switch (report.Result.Status)
        {
            case WriteStatus.Done:
                report = report with { Held = HeldRules.After(report, _known, target, _pending) };
                (_known, _last, _wasRefused) = (target, target, false);
                _pending.Clear();
                break;
            case WriteStatus.Busy when report.Kind == SyncKind.Changes:
                break;
            default:
                _known = null;
                _pending.Clear();
                _wasRefused |= report.Result.Status == WriteStatus.Refused;
                break;
        }

        return report;
    }

    // Whether it is known what others changed, or that they changed nothing. A survey under way asks for a sync when it has ended.
    private bool IsSurveyed(CancellationToken cancellationToken)
    {
        if (_survey is null && !_kernel.IsUndisturbed)
        {
            _survey = _kernel.SurveyAsync(_known!, cancellationToken);
            if (!_survey.IsCompleted)
            {
                _ = _survey.ContinueWith(_ => Request(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }

        return _survey is null or { IsCompleted: true };
    }

    private async Task<SyncReport> AuditAsync(ServiceIntent wanted, SyncReport report, CancellationToken cancellationToken)
    {
        var known = _known!;
        report = report with { Kind = SyncKind.Audit, Changed = 0, Accepted = [], Held = null, Result = new WriteResult(WriteStatus.Done, 0) };
        if (_survey is { } survey)
        {
            _survey = null;
            var mend = await survey;
            report = _kernel.IsUndisturbed ? report : Wrote(known, report with { Result = await mend(known, cancellationToken) });
        }

        // What was missing in the kernel may have been loaded meanwhile.
        foreach (var service in _refused.Names)
        {
            if (report.Result.Status != WriteStatus.Done)
            {
                break;
            }

            var next = known.With(service, wanted.PortsOf(service));
            var result = await _kernel.ChangeAsync(known, next, [service], cancellationToken);
            if (result.Status == WriteStatus.Done)
            {
                known = next;
                _refused.Remove(service);
                report = report with { Accepted = [.. report.Accepted, service] };
            }
            else if (result.Status == WriteStatus.Refused)
            {
                result = await _kernel.CompareAsync(known, cancellationToken);
            }

            report = Wrote(known, result.Status == WriteStatus.Done ? report : report with { Result = result });
        }

        return report;
    }

    private async Task<SyncReport> IsolateAsync(ServiceIntent target, SyncReport report, CancellationToken cancellationToken)
    {
        var isolation = new Isolation(_kernel);
        var result = await isolation.RunAsync(target, _last, report.Result, cancellationToken);
        if (result.Status != WriteStatus.Done || isolation.Known is not { } known)
        {
            return Wrote(target, report with { Result = result });
        }

        _refused.Add(isolation.Refusals);
        return Wrote(known, report with
        {
            Result = result,
            Services = known.ServiceCount,
            Endpoints = known.EndpointCount,
            Refused = [.. isolation.Refusals.Select(r => (r.Key, r.Value.Problem))],
        });
    }
}
