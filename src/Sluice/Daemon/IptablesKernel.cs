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
/// <param name="stopPatience">How long a batch under way may still take when the proxy is asked to stop; null for the usual.</param>
internal sealed class IptablesKernel(IRuleKernel kernel, IptablesPlanOptions options, OwnWrites writes, TimeSpan? stopPatience = null) : IFamilyKernel
{
    private readonly IptablesRules _rules = new(kernel, writes, stopPatience);

    /// <inheritdoc/>
    public IPFamily Family => options.Family;

    /// <inheritdoc/>
    public bool IsUndisturbed => _rules.IsUndisturbed;

    /// <inheritdoc/>
    public Task<WriteResult> ChangeAsync(
        ServiceIntent before, ServiceIntent after, IReadOnlyCollection<ObjectName> changed, CancellationToken cancellationToken) =>
        _rules.WriteAsync(IptablesDelta.Between(new IptablesPlan(before, options), new IptablesPlan(after, options), changed), [], Suspects, cancellationToken);

    /// <inheritdoc/>
    public async Task<WriteResult> CompareAsync(ServiceIntent intent, CancellationToken cancellationToken)
    {
        var plan = new IptablesPlan(intent, options);
        return await _rules.ReadAsync(dump => IptablesReconciler.Reconcile(dump, plan), cancellationToken) switch
        {
            SaveResult<Reconciliation>.Read { Value: var difference } => await _rules.WriteAsync(difference.Batches, difference.Findings, Suspects, cancellationToken),
            SaveResult<Reconciliation>.Failed { Message: var message } => new WriteResult(WriteStatus.Failed, 0) { Problem = message },
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <inheritdoc/>
    /// <remarks>The tools read whole tables, and compare while they read: there is nothing to look for before.</remarks>
    public Task<Mending> SurveyAsync(ServiceIntent intent, CancellationToken cancellationToken) => Task.FromResult<Mending>(CompareAsync);

    private IReadOnlySet<ObjectName> Suspects(RestoreBatch batch, ServiceIntent target, ServiceIntent? last) => RefusedBatch.Services(batch, options, target, last);
}
