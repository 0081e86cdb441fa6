using Sluice.Dataplane.Diff;
using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Linux.Iptables;
using Sluice.Net;
using Sluice.Netfilter.Iptables;

namespace Sluice.Daemon;

/// <summary>The rules of a family in iptables' tables. It keeps no rules, only whether others have been at them.</summary>
/// <param name="kernel">The tables.</param>
/// <param name="options">What shapes the rules besides Services and the node.</param>
/// <param name="writes">What this process wrote, shared by its families.</param>
internal sealed class IptablesKernel(IRuleKernel kernel, IptablesPlanOptions options, OwnWrites writes) : IFamilyKernel
{
    /// <summary>
    /// How long a batch under way may still take when the proxy is asked to stop. Less than whoever asks waits before it kills (kubelet 30 s,
    /// systemd 90 s), more than a large batch takes.
    /// </summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(20);

    // Of the moment when all rules were last known to be right; null when they are not known to be.
    private RulesStamp? _right;

    /// <inheritdoc/>
    public IPFamily Family => options.Family;

    /// <inheritdoc/>
    public bool IsUndisturbed => _right is { } stamp && writes.OfOthers(kernel.ReadStamp) == stamp;

    /// <inheritdoc/>
    public Task<WriteResult> ChangeAsync(
        ServiceIntent before, ServiceIntent after, IReadOnlyCollection<ObjectName> changed, CancellationToken cancellationToken) =>
        WriteAsync(IptablesDelta.Between(new IptablesPlan(before, options), new IptablesPlan(after, options), changed), [], cancellationToken);

    /// <inheritdoc/>
    public async Task<WriteResult> CompareAsync(ServiceIntent intent, CancellationToken cancellationToken)
    {
        // Read before the dump: what is changed while it is taken shows at the next audit.
        var stamp = writes.OfOthers(kernel.ReadStamp);
        _right = null;
        var plan = new IptablesPlan(intent, options);
        var read = await kernel.SaveAsync(dump => IptablesReconciler.Reconcile(dump, plan), cancellationToken);
        if (read is not SaveResult<Reconciliation>.Read { Value: var difference })
        {
            return new WriteResult(WriteStatus.Failed, 0) { Problem = ((SaveResult<Reconciliation>.Failed)read).Message };
        }

        _right = stamp;
        return await WriteAsync(difference.Batches, difference.Findings, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The tools read whole tables, and compare while they read: there is nothing to look for before.</remarks>
    public Task<Mending> SurveyAsync(ServiceIntent intent, CancellationToken cancellationToken) => Task.FromResult<Mending>(CompareAsync);

    private async Task<WriteResult> WriteAsync(IReadOnlyList<RestoreBatch> batches, IReadOnlyList<string> findings, CancellationToken cancellationToken)
    {
        for (var i = 0; i < batches.Count; i++)
        {
            var before = _right;
            _right = null;
            if (cancellationToken.IsCancellationRequested)
            {
                return new WriteResult(WriteStatus.Stopped, i) { Findings = findings };
            }

            // Asked for once: a large batch is made when it is asked for. And not cut without need: half of it would have to be found out again.
            var batch = batches[i];
            if (await RestoreAsync(batch, cancellationToken) is RestoreResult.Failed failure)
            {
                return new WriteResult(StatusOf(failure.Kind, isFirst: i == 0), i)
                {
                    Problem = failure.Message,
                    Suspects = failure.Kind == RestoreFailureKind.Refused
                        ? (target, last) => RefusedBatch.Services(batch, options, target, last)
                        : null,
                    Findings = findings,
                };
            }

            // Where the kernel counts writes, a right kernel stays right: anything beyond own writes shows in the stamp. A hash of
            // legacy tables cannot be foretold.
            _right = before is { CountsWrites: true } ? before : null;
        }

        return new WriteResult(WriteStatus.Done, batches.Count) { Findings = findings };
    }

    private async Task<RestoreResult> RestoreAsync(RestoreBatch batch, CancellationToken stopping)
    {
        using var end = new CancellationTokenSource();
        await using var stop = stopping.Register(() => end.CancelAfter(StopPatience));
        var written = 0;
        writes.Begin();
        try
        {
            var result = await kernel.RestoreAsync(batch, end.Token);
            written = result is RestoreResult.Ok ? batch.Tables.Count : 0;
            return result;
        }
        finally
        {
            writes.End(written);
        }
    }

    private static WriteStatus StatusOf(RestoreFailureKind kind, bool isFirst) => kind switch
    {
        RestoreFailureKind.Refused => WriteStatus.Refused,
        RestoreFailureKind.Locked when isFirst => WriteStatus.Busy,
        _ => WriteStatus.Failed,
    };
}
