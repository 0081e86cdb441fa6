using System.Threading.Channels;
using Sluice.Dataplane.Conntrack;
using Sluice.Linux;
using Sluice.Linux.Netlink.Conntrack;
using Sluice.Net;
using Sluice.Netfilter.Conntrack;

namespace Sluice.Daemon;

/// <summary>
/// Deletes stale flows (<see cref="StaleFlows"/>) after the kernel has new rules, with a thread and a connection of its own: no sync waits for
/// it. Whatever changes while it is busy is one more look, when <see cref="CleanupPace"/> allows.
/// </summary>
internal sealed class ConntrackCleaner : IAsyncDisposable
{
    private readonly Func<ConntrackFilter, ConntrackJudge, ConntrackSweep> _sweep;
    private readonly TimeProvider _time;
    private readonly Action<ConntrackReport> _report;
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<IPFamily> _families;
    private readonly Dictionary<IPFamily, StaleFlowScope> _scopes;
    private readonly Dictionary<IPFamily, ConntrackTotals> _totals;
    private readonly bool _forgetsDeadTcp;
    private readonly CleanupPace _pace = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _requests = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _running;
    private ConntrackConnection? _connection;

    /// <summary>Starts one.</summary>
    /// <param name="families">The families that are routed.</param>
    /// <param name="forgetsDeadTcp">Whether TCP connections to endpoints that are gone are deleted too.</param>
    /// <param name="sweep">Goes through the kernel's flows; null for those of this process's network namespace.</param>
    /// <param name="time">The clock.</param>
    /// <param name="report">Told after every clean-up of a family, one at a time.</param>
    internal ConntrackCleaner(
        IReadOnlyList<IPFamily> families,
        bool forgetsDeadTcp,
        Func<ConntrackFilter, ConntrackJudge, ConntrackSweep>? sweep,
        TimeProvider time,
        Action<ConntrackReport> report)
    {
        (_families, _forgetsDeadTcp, _sweep, _time, _report) = (families, forgetsDeadTcp, sweep ?? Sweep, time, report);
        _scopes = families.ToDictionary(f => f, NewScope);
        _totals = families.ToDictionary(f => f, _ => ConntrackTotals.None);
        _running = RunAsync();
    }

    /// <summary>Starts one that tells what it does in a log.</summary>
    /// <param name="families">The families that are routed.</param>
    /// <param name="forgetsDeadTcp">Whether TCP connections to endpoints that are gone are deleted too.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="report">Told after every clean-up of a family, one at a time.</param>
    public static ConntrackCleaner Start(IReadOnlyList<IPFamily> families, bool forgetsDeadTcp, TimeProvider time, EventLog log, Action<ConntrackReport> report) =>
        new(families, forgetsDeadTcp, sweep: null, time, cleaned =>
        {
            Write(cleaned, log);
            report(cleaned);
        });

    /// <summary>What was done for a family so far. Safe from any thread.</summary>
    public ConntrackTotals TotalsOf(IPFamily family)
    {
        lock (_gate)
        {
            return _totals[family];
        }
    }

    /// <summary>A sync has ended: what it changed is looked at soon. Cheap, and safe from any thread.</summary>
    public void Look(SyncReport report)
    {
        if (report.Held is not { } held)
        {
            return;
        }

        lock (_gate)
        {
            var scope = _scopes[report.Family];
            if (held.Before is { } before)
            {
                scope.Add(before, held.Now, held.Changed);
            }
            else
            {
                scope.AddEverything(held.Now);
            }

            if (scope.Protocols.Count == 0)
            {
                return;
            }
        }

        _ = _requests.Writer.TryWrite(true);
    }

    /// <summary>Ends it; a clean-up under way is waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _connection?.Dispose();
        _stop.Dispose();
    }

    private static void Write(ConntrackReport report, EventLog log)
    {
        var (looked, deleted, problem) = report.Sweep;
        (string, object?)[] fields = [("family", report.Family), ("looked", looked), ("deleted", deleted), ("took", report.Duration), ("problem", problem)];
        if (problem is null)
        {
            log.Detail("stale flows are gone", fields);
        }
        else
        {
            log.Warn("stale flows may still be there; trying again", fields);
        }
    }

    private StaleFlowScope NewScope(IPFamily family) => new(family, _forgetsDeadTcp);

    private async Task RunAsync()
    {
        try
        {
            while (await _requests.Reader.WaitToReadAsync(_stop.Token))
            {
                _ = _requests.Reader.TryRead(out _);
                var start = _time.GetTimestamp();

                // Reading a large table would keep a thread of the pool from others.
                var succeeded = await Task.Factory.StartNew(CleanUp, _stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
                if (!succeeded)
                {
                    _ = _requests.Writer.TryWrite(true);
                }

                await Task.Delay(_pace.RestAfter(_time.GetElapsedTime(start), !succeeded), _time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private bool CleanUp()
    {
        var succeeded = true;
        foreach (var family in _families)
        {
            StaleFlowScope scope;
            lock (_gate)
            {
                scope = _scopes[family];
                if (scope.Protocols.Count == 0)
                {
                    continue;
                }

                _scopes[family] = NewScope(family);
            }

            succeeded &= CleanUp(scope);
        }

        return succeeded;
    }

    private bool CleanUp(StaleFlowScope scope)
    {
        var start = _time.GetTimestamp();
        ConntrackSweep sweep;
        try
        {
            sweep = Sweep(scope);
        }
#pragma warning disable CA1031 // A fault in here must not end the clean-up for good: it is told, and tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            sweep = new ConntrackSweep(0, 0, $"{e.GetType().Name}: {e.Message}");
        }

        var report = new ConntrackReport(scope.Family, sweep, _time.GetElapsedTime(start));
        lock (_gate)
        {
            _totals[scope.Family] = _totals[scope.Family].With(report);
            if (sweep.Problem is not null)
            {
                _scopes[scope.Family].AddOlder(scope);
            }
        }

        _report(report);
        return sweep.Problem is null;
    }

    private ConntrackSweep Sweep(StaleFlowScope scope)
    {
        var stale = new StaleFlows(scope, LocalAddresses.Read());
        var sum = default(ConntrackSweep);
        foreach (var protocol in scope.Protocols)
        {
            // Of TCP nothing but what is translated is looked at: the kernel need not describe the rest.
            var status = protocol == L4Protocol.Tcp ? ConntrackStatus.DestinationNat : ConntrackStatus.None;
            var sweep = _sweep(new ConntrackFilter(scope.Family, protocol, status), stale.IsStale);
            sum = new ConntrackSweep(sum.Looked + sweep.Looked, sum.Deleted + sweep.Deleted, sum.Problem ?? sweep.Problem);
        }

        return sum;
    }

    private ConntrackSweep Sweep(ConntrackFilter filter, ConntrackJudge isStale)
    {
        string? problem = null;
        _connection ??= ConntrackConnection.TryOpen(out problem);
        return _connection is null ? new ConntrackSweep(0, 0, problem) : _connection.Sweep(filter, isStale);
    }
}
