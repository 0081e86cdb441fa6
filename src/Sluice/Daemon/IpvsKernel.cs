using Sluice.Dataplane.Diff;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Linux.Iptables;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Daemon;

/// <summary>
/// The Services of a family as virtual servers of IPVS, ipsets, addresses and a few fixed iptables rules. What the kernel holds of Services is kept in
/// memory, so that a change sends only what its Service has and reads nothing.
/// </summary>
/// <param name="kernel">Sets, servers and addresses.</param>
/// <param name="rules">The iptables rules.</param>
/// <param name="options">What shapes all this besides Services and the node.</param>
internal sealed class IpvsKernel(IIpvsKernel kernel, IptablesRules rules, IpvsPlanOptions options) : IFamilyKernel, IDisposable
{
    // Between so many steps a stop is listened to. The kernel takes some hundred microseconds for them.
    private const int StepsPerBatch = 4_096;

    // Endpoints that drain are looked after by a thread of their own.
    private readonly SemaphoreSlim _gate = new(1, 1);

    private IpvsBook? _book;
    private ServiceIntent? _held;
    private volatile int _draining;

    // How often something was written: what was read meanwhile may lack it.
    private long _writes;

    /// <inheritdoc/>
    public IPFamily Family => options.Family;

    /// <summary>How many endpoints are gone but have connections. Safe from any thread.</summary>
    public int Draining => _draining;

    /// <inheritdoc/>
    /// <remarks>Never known: neither IPVS nor ipset counts who changes them.</remarks>
    public bool IsUndisturbed => false;

    /// <inheritdoc/>
    public Task<WriteResult> ChangeAsync(
        ServiceIntent before, ServiceIntent after, IReadOnlyCollection<ObjectName> changed, CancellationToken cancellationToken) =>
        AloneAsync(async () =>
        {
            if (_book is not { } book || !ReferenceEquals(_held, before))
            {
                return await CompareAloneAsync(after, cancellationToken);
            }

            _held = null;
            var result = Apply(book.Apply(after, changed), cancellationToken);
            return Settle(book, after, result);
        });

    /// <inheritdoc/>
    public Task<WriteResult> CompareAsync(ServiceIntent intent, CancellationToken cancellationToken) =>
        AloneAsync(() => CompareAloneAsync(intent, cancellationToken));

    /// <inheritdoc/>
    public async Task<Mending> SurveyAsync(ServiceIntent intent, CancellationToken cancellationToken)
    {
        var (layout, writes) = await AloneAsync(() => Task.FromResult((ReferenceEquals(_held, intent) ? _book?.Layout : null, _writes)));
        if (layout is null)
        {
            return CompareAsync;
        }

        var content = await Task.Run(() => kernel.Survey(layout), cancellationToken);
        return (held, cancellation) => AloneAsync(async () => _writes == writes && ReferenceEquals(_held, held) && ReferenceEquals(_book?.Layout, layout)
            ? await MendAsync(_book!, held, content, looksAtRules: !rules.IsUndisturbed, cancellation)
            : await CompareAloneAsync(held, cancellation));
    }

    /// <summary>Removes endpoints that drain and have no connections any more.</summary>
    /// <returns>What is wrong, in one sentence; null when nothing is.</returns>
    public Task<string?> RemoveDrainedAsync() => AloneAsync(() => Task.FromResult(RemoveDrained()));

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<T> AloneAsync<T>(Func<Task<T>> work)
    {
        // Never held for long: not even a comparison that is to stop goes on beyond its batch.
        await _gate.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            _draining = _book?.Draining.Count() ?? 0;
            _gate.Release();
        }
    }

    private async Task<WriteResult> CompareAloneAsync(ServiceIntent intent, CancellationToken cancellationToken)
    {
        var book = ReferenceEquals(_held, intent) && _book is { } known ? known : IpvsBook.Of(new IpvsLayout(options, intent.Node), intent);
        return await MendAsync(book, intent, kernel.Read(book.Layout), looksAtRules: true, cancellationToken);
    }

    // Sets first, which rules ask. Where the rules of another mode route, virtual servers before the rules that end them; else after the rules
    // that masquerade for them, or first connections would go out without.
    private async Task<WriteResult> MendAsync(IpvsBook book, ServiceIntent intent, IpvsContent content, bool looksAtRules, CancellationToken cancellationToken)
    {
        (_book, _held) = (null, null);
        if (content is not IpvsContent.Found found)
        {
            return Failed(((IpvsContent.Unreadable)content).Problem);
        }

        var difference = new Reconciliation([], []);
        if (looksAtRules)
        {
            switch (await rules.ReadAsync(dump => IptablesReconciler.Reconcile(dump, book.Layout.Rules), cancellationToken))
            {
                case SaveResult<Reconciliation>.Read { Value: var read }:
                    difference = read;
                    break;
                case SaveResult<Reconciliation>.Failed { Message: var problem }:
                    return Failed(problem);
            }
        }

        var comparison = new IpvsComparison(book, found.Sets, found.Servers, found.Addresses);
        Func<Task<WriteResult>> steps = () => Task.FromResult(Apply(comparison.Steps(), cancellationToken));
        Func<Task<WriteResult>> fixedRules = () => rules.WriteAsync(difference.Batches, [], suspects: null, cancellationToken);
        Func<Task<WriteResult>>[] parts = difference.IsSuccession ? [steps, fixedRules] : [fixedRules, steps];
        var result = Apply(comparison.Sets, cancellationToken);
        foreach (var part in parts)
        {
            if (result.Status == WriteStatus.Done)
            {
                var next = await part();
                result = next with { Batches = result.Batches + next.Batches };
            }
        }

        return Settle(book, intent, result with { Findings = [.. difference.Findings, .. comparison.Findings] });
    }

    private WriteResult Settle(IpvsBook book, ServiceIntent intent, WriteResult result)
    {
        (_book, _held) = result.Status == WriteStatus.Done ? (book, intent) : (null, null);
        return result;
    }

    private WriteResult Apply(IEnumerable<IpvsStep> steps, CancellationToken cancellationToken)
    {
        var batches = 0;
        foreach (var batch in steps.Chunk(StepsPerBatch))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                return new WriteResult(WriteStatus.Stopped, batches);
            }

            _writes++;
            var applied = kernel.Apply(batch);
            if (applied.Failure is { } failure)
            {
                return new WriteResult(applied.Refusals.Count > 0 ? WriteStatus.Refused : WriteStatus.Failed, batches)
                {
                    Problem = failure,
                    Suspects = applied.Refusals.Count > 0 ? RefusedSteps.Suspects([.. applied.Refusals.Select(r => batch[r.Step])]) : null,
                };
            }

            batches++;
        }

        return new WriteResult(WriteStatus.Done, batches);
    }

    private string? RemoveDrained()
    {
        if (_book is not { } book)
        {
            return null;
        }

        var steps = new List<IpvsStep>();
        foreach (var server in book.Draining.GroupBy(d => d.Key, d => d.Real).ToList())
        {
            if (kernel.ReadReals(server.Key, out var reals) is { } problem)
            {
                return problem;
            }

            var busy = reals.Where(r => r.Counts is null or { Active: > 0 } or { Inactive: > 0 }).Select(r => (r.Address, r.Port)).ToHashSet();
            steps.AddRange(server.Where(r => !busy.Contains((r.Address, r.Port))).Select(r => book.Drained(server.Key, r)).OfType<IpvsStep>());
        }

        var result = Apply(steps, CancellationToken.None);
        if (result.Status != WriteStatus.Done)
        {
            (_book, _held) = (null, null);
        }

        return result.Problem;
    }

    private static WriteResult Failed(string problem) => new(WriteStatus.Failed, 0) { Problem = problem };
}
