using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>Writes what syncs did to the log: what a person must know always, the rest when details are wanted.</summary>
internal sealed class SyncLog(EventLog log)
{
    private const int MostFindings = 20;

    private readonly Lock _gate = new();
    private readonly HashSet<IPFamily> _served = [];

    /// <summary>Writes one report.</summary>
    public void Write(SyncReport report)
    {
        var result = report.Result;
        foreach (var (service, problem) in report.Refused)
        {
            log.Error(
                "the kernel refuses the rules of a Service; all others are in place",
                ("family", report.Family),
                ("service", service),
                ("problem", problem));
        }

        foreach (var service in report.Accepted)
        {
            log.Info("a Service that was refused is tried again", ("family", report.Family), ("service", service));
        }

        switch (result.Status)
        {
            case WriteStatus.Done:
                WriteDone(report);
                break;
            case WriteStatus.Stopped:
                log.Info("stopped in the middle of a sync; the next start goes on", ("family", report.Family));
                break;
            case WriteStatus.Busy:
                log.Warn("the rules are locked by another program; trying again", ("family", report.Family), ("problem", result.Problem));
                break;
            default:
                log.Error("the rules could not be written; trying again", ("family", report.Family), ("problem", result.Problem), ("took", report.Duration));
                break;
        }
    }

    private void WriteDone(SyncReport report)
    {
        var findings = report.Result.Findings;
        if (report.Kind == SyncKind.Audit && findings.Count > 0)
        {
            for (var i = 0; i < findings.Count && i < MostFindings; i++)
            {
                log.Warn("somebody changed the rules; mended", ("family", report.Family), ("finding", findings[i]));
            }

            if (findings.Count > MostFindings)
            {
                log.Warn("somebody changed the rules; mended", ("family", report.Family), ("more", findings.Count - MostFindings));
            }
        }

        foreach (var finding in report.Kind == SyncKind.Full ? findings : [])
        {
            log.Detail("differs", ("family", report.Family), ("finding", finding));
        }

        (string, object?)[] fields =
        [
            ("family", report.Family),
            ("services", report.Services),
            ("endpoints", report.Endpoints),
            ("changed", report.Kind == SyncKind.Changes ? report.Changed : null),
            ("differences", report.Kind == SyncKind.Changes ? null : findings.Count),
            ("batches", report.Result.Batches),
            ("took", report.Duration),
        ];
        if (report.Kind == SyncKind.Full && IsFirst(report.Family))
        {
            log.Info("all rules are in place", fields);
        }
        else if (report.Kind == SyncKind.Full)
        {
            log.Info("all rules are in place again", fields);
        }
        else
        {
            log.Detail(report.Kind == SyncKind.Audit ? "looked for changes by others" : "changes are in place", fields);
        }
    }

    private bool IsFirst(IPFamily family)
    {
        lock (_gate)
        {
            return _served.Add(family);
        }
    }
}
