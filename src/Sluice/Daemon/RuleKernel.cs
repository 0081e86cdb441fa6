using Sluice.Linux.Iptables;
using Sluice.Netfilter.Iptables;

namespace Sluice.Daemon;

/// <summary>The kernel of this machine, through iptables-restore and iptables-save.</summary>
/// <param name="tools">The programs of the family.</param>
/// <param name="stamps">Asks whether rules changed; null when the kernel does not say.</param>
/// <param name="tables">The tables that have rules of the mode.</param>
internal sealed class RuleKernel(IptablesTools tools, RulesStampReader? stamps, IReadOnlyList<string> tables) : IRuleKernel
{
    /// <inheritdoc/>
    public RulesStamp? ReadStamp() => stamps?.Read(tables);

    /// <inheritdoc/>
    public Task<RestoreResult> RestoreAsync(RestoreBatch batch, CancellationToken cancellationToken) =>
        tools.RestoreAsync(batch, cancellationToken);

    /// <inheritdoc/>
    public Task<SaveResult<T>> SaveAsync<T>(Func<Stream, T> read, CancellationToken cancellationToken) =>
        tools.SaveAsync(tables, read, cancellationToken);
}
