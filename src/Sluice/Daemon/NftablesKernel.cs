using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Linux.Iptables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>
/// The rules of a family as one table of nftables. What the table holds is kept in memory, so that a change sends only its elements and
/// reads nothing.
/// </summary>
/// <param name="kernel">The kernel.</param>
/// <param name="options">What shapes the table besides Services and the node.</param>
/// <param name="writes">What this process wrote, shared by its families.</param>
internal sealed class NftablesKernel(INftKernel kernel, NftablesPlanOptions options, OwnWrites writes) : IFamilyKernel
{
    // An element may expire between being read and being removed, and then the kernel removes none: it is tried again.
    private const int ForgetAttempts = 5;

    // How many elements the first change of a comparison has: until it is planned the kernel has nothing to do.
    private const int FirstElements = 2_000;

    private NftablesTable? _table;
    private NftablesChange? _change;
    private ServiceIntent? _held;

    // Of the moment when all rules were last known to be right; null when they are not known to be.
    private RulesStamp? _right;

    /// <inheritdoc/>
    public IPFamily Family => options.Family;

    /// <inheritdoc/>
    public bool IsUndisturbed => _right is { } stamp && OfOthers() == stamp;

    /// <inheritdoc/>
    public Task<WriteResult> ChangeAsync(
        ServiceIntent before, ServiceIntent after, IReadOnlyCollection<ObjectName> changed, CancellationToken cancellationToken)
    {
        if (_table is not { } table || _change is not { } change || !ReferenceEquals(_held, before))
        {
            return CompareAsync(after, cancellationToken);
        }

        _held = null;
        table.Apply(after, changed, change);
        var result = Write(table, change, batches: 0, changed, cancellationToken);
        if (result.Status == WriteStatus.Done)
        {
            _held = after;
        }

        return Task.FromResult(result);
    }

    /// <inheritdoc/>
    public async Task<WriteResult> CompareAsync(ServiceIntent intent, CancellationToken cancellationToken)
    {
        var known = ReferenceEquals(_held, intent) ? _table : null;
        (_table, _held, _right) = (null, null, null);

        // Before the dump: what is changed while it is taken shows at the next audit.
        var stamp = OfOthers();
        var layout = known?.Layout ?? new NftablesLayout(options, intent.Node);
        switch (kernel.Read(layout))
        {
            case NftTableContent.Unusable { Problem: var problem }:
                return new WriteResult(WriteStatus.Failed, 0) { Problem = problem };
            case NftTableContent.Other:
                return await ReplaceAsync(layout, intent, stamp);
            case NftTableContent.Found found:
                return await MendAsync(known ?? NftablesTable.Of(layout, intent, found.Dump), intent, found.Dump, 0, stamp, cancellationToken);
            default:
                var dump = NftablesDump.OfNewTable(layout);
                return Refusal(Commit(() => kernel.Create(layout.EmptyTable, replaces: false)), 0)
                    ?? await MendAsync(known ?? NftablesTable.Of(layout, intent, dump), intent, dump, 1, stamp, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<Mending> SurveyAsync(ServiceIntent intent, CancellationToken cancellationToken)
    {
        if (_table is not { } table || !ReferenceEquals(_held, intent))
        {
            return CompareAsync;
        }

        // Before anything is read: what is changed meanwhile shows at the next audit.
        var (stamp, generation) = (OfOthers(), kernel.ReadGeneration());
        var snapshot = new NftablesSnapshot(table, intent);
        var suspects = await Task.Run(
            () => kernel.Survey(table.Layout) is NftTableContent.Found { Dump: var dump } ? NftablesSuspects.Of(snapshot.ToTable(), dump) : null,
            cancellationToken);
        return suspects is null or { IsTooMuch: true }
            ? CompareAsync
            : async (held, cancellation) =>
            {
                // What was read while this process wrote may lack elements, and so not show all that is foreign: the next audit looks again.
                var isOfOneMoment = kernel.ReadGeneration() == generation;
                return await MendAsync(table, held, suspects, isOfOneMoment ? stamp : null, cancellation) ?? await CompareAsync(held, cancellation);
            };
    }

    // Null: all is to be compared.
    private async Task<WriteResult?> MendAsync(NftablesTable table, ServiceIntent intent, NftablesSuspects suspects, RulesStamp? stamp, CancellationToken cancellationToken)
    {
        if (!ReferenceEquals(_table, table) || !ReferenceEquals(_held, intent))
        {
            return null;
        }

        if (suspects.IsEmpty)
        {
            _right = stamp;
            return new WriteResult(WriteStatus.Done, 0);
        }

        return kernel.Ask(table.Layout, suspects.KeysOf(table)) is NftTableContent.Found { Dump: var dump }
            ? await MendAsync(table, intent, dump, 0, stamp, cancellationToken, suspects)
            : null;
    }

    // Old and new change places at one moment: in between nobody would be served.
    private async Task<WriteResult> ReplaceAsync(NftablesLayout layout, ServiceIntent intent, RulesStamp? stamp)
    {
        var whole = NftablesPlan.Of(intent, layout.Options);
        if (Refusal(Commit(() => kernel.Create(whole, replaces: true)), 0) is { } failure)
        {
            return failure;
        }

        return kernel.Read(layout) is NftTableContent.Found { Dump: var dump }
            ? await MendAsync(NftablesTable.Of(layout, intent, dump), intent, dump, 1, stamp, CancellationToken.None)
            : new WriteResult(WriteStatus.Failed, 1) { Problem = $"table {NftablesLayout.TableName} is not there after it was made" };
    }

    // While the kernel works on one change, the next is planned. When one fails, what was planned behind it is dropped with the table.
    private async Task<WriteResult> MendAsync(
        NftablesTable table, ServiceIntent intent, NftablesDump dump, int batches, RulesStamp? stamp, CancellationToken cancellationToken,
        NftablesSuspects? suspects = null)
    {
        (_table, _held) = (null, null);
        var comparison = new NftablesComparison(table, dump, suspects);
        var (change, ahead) = (new NftablesChange(table.Layout), new NftablesChange(table.Layout));
        _right = stamp;
        var isMore = comparison.Next(change, FirstElements);
        while (isMore)
        {
            var next = ahead;
            var planning = Task.Run(() => comparison.Next(next), CancellationToken.None);
            var result = Write(table, change, batches, changed: null, cancellationToken);
            isMore = await planning;
            batches = result.Batches;
            if (result.Status != WriteStatus.Done)
            {
                return result with { Findings = comparison.Findings };
            }

            (change, ahead) = (next, change);
        }

        if (comparison.ForgetsClients)
        {
            Forget(table);
        }

        // Not one of those that were filled here: they have room for a first load.
        (_table, _held, _change) = (table, intent, new NftablesChange(table.Layout));
        return new WriteResult(WriteStatus.Done, batches) { Findings = comparison.Findings };
    }

    private WriteResult Write(
        NftablesTable table, NftablesChange change, int batches, IReadOnlyCollection<ObjectName>? changed, CancellationToken cancellationToken)
    {
        var forgets = change.ForgetsClients;
        foreach (var transaction in change.Transactions)
        {
            if (transaction.IsEmpty)
            {
                continue;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                _right = null;
                return new WriteResult(WriteStatus.Stopped, batches);
            }

            if (Refusal(Commit(() => kernel.Commit(transaction)), batches, changed) is { } failure)
            {
                return failure;
            }

            batches++;
        }

        change.Clear();
        if (forgets)
        {
            Forget(table);
        }

        return new WriteResult(WriteStatus.Done, batches);
    }

    // Clients that are remembered for endpoints that are gone. What cannot be removed now is at the next comparison.
    private void Forget(NftablesTable table)
    {
        var removal = table.Layout.NewTransaction();
        for (var i = 0; i < ForgetAttempts; i++)
        {
            removal.Clear();
            if (kernel.ReadClients(table.Layout, table.Remembers, removal) is not null || removal.IsEmpty || Commit(() => kernel.Commit(removal)) is NftCommitResult.Ok)
            {
                return;
            }
        }
    }

    private NftCommitResult Commit(Func<NftCommitResult> write)
    {
        writes.Begin();
        var result = write();
        writes.End(result is NftCommitResult.Ok ? 1 : 0);
        return result;
    }

    // Null for what is done. Without a word about which Services changed, any may be to blame.
    private WriteResult? Refusal(NftCommitResult result, int batches, IReadOnlyCollection<ObjectName>? changed = null)
    {
        if (result is NftCommitResult.Ok)
        {
            return null;
        }

        _right = null;
        return result switch
        {
            NftCommitResult.Refused refused => new WriteResult(WriteStatus.Refused, batches)
            {
                Problem = refused.Message,
                Suspects = (target, last) => Differing(changed ?? target.Ports.Select(p => p.Name.Service), target, last),
            },
            NftCommitResult.Failed failed => new WriteResult(WriteStatus.Failed, batches) { Problem = failed.Message },
            _ => new WriteResult(WriteStatus.Failed, batches) { Problem = "somebody else changed rules meanwhile" },
        };
    }

    private static HashSet<ObjectName> Differing(IEnumerable<ObjectName> services, ServiceIntent target, ServiceIntent? last) =>
        [.. services.Where(s => target.PortsOf(s).Count > 0 && (last is null || !last.PortsOf(s).Equals(target.PortsOf(s))))];

    private RulesStamp? OfOthers() => writes.OfOthers(() => kernel.ReadGeneration() is { } generation ? new RulesStamp(generation, CountsWrites: true) : null);
}
