using Sluice.Dataplane.Diff;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Linux.Iptables;
using Sluice.Netfilter.Iptables;

namespace Sluice.Daemon;

/// <summary>Reads and writes iptables' tables of a family, and knows whether others have been at them since all rules were right.</summary>
/// <param name="kernel">The tables.</param>
/// <param name="writes">What this process wrote, shared by its families.</param>
/// <param name="stopPatience">
/// How long a batch under way may still take when the proxy is asked to stop; null for the usual: less than whoever asks waits before it kills
/// (kubelet 30 s, systemd 90 s), more than a large batch takes.
/// </param>
internal sealed class IptablesRules(IRuleKernel kernel, OwnWrites writes, TimeSpan? stopPatience = null)
{
    private readonly TimeSpan _stopPatience = stopPatience ?? TimeSpan.FromSeconds(20);

    // Of the moment when all rules were last known to be right; null when they are not known to be.
    private RulesStamp? _right;

    /// <summary>Whether nobody can have changed a rule since all were known to be right.</summary>
    public bool IsUndisturbed => _right is { } stamp && writes.OfOthers(kernel.ReadStamp) == stamp;

    /// <summary>Compares all rules with what they shall be; when what is found is then written, they are known to be right.</summary>
    /// <param name="reconcile">Compares the output of iptables-save.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What differs, or why it cannot be read.</returns>
    public async Task<SaveResult<Reconciliation>> ReadAsync(Func<Stream, Reconciliation> reconcile, CancellationToken cancellationToken)
    {
        // Read before the dump: what is changed while it is taken shows at the next audit.
        var stamp = writes.OfOthers(kernel.ReadStamp);
        _right = null;
        var read = await kernel.SaveAsync(reconcile, cancellationToken);
        _right = read is SaveResult<Reconciliation>.Read ? stamp : null;
        return read;
    }

    /// <summary>Writes batches.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="findings">What they mend, for the result.</param>
    /// <param name="suspects">The Services that a batch is about, of an intent and less those that are as they were in another; null when it is about none.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public async Task<WriteResult> WriteAsync(
        IReadOnlyList<RestoreBatch> batches,
        IReadOnlyList<string> findings,
        Func<RestoreBatch, ServiceIntent, ServiceIntent?, IReadOnlySet<ObjectName>>? suspects,
        CancellationToken cancellationToken)
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
                    Suspects = failure.Kind == RestoreFailureKind.Refused && suspects is not null
                        ? (target, last) => suspects(batch, target, last)
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
        await using var stop = stopping.Register(() => end.CancelAfter(_stopPatience));
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
