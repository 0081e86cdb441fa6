using Sluice.Linux.Iptables;
using Sluice.Netfilter.Iptables;

namespace Sluice.Daemon;

/// <summary>The kernel of this machine, through iptables-restore and iptables-save.</summary>
/// <param name="tools">The programs of the family.</param>
/// <param name="stamps">Asks whether rules changed; null when the kernel does not say.</param>
internal sealed class RuleKernel(IptablesTools tools, RulesStampReader? stamps) : IRuleKernel
{
    private static readonly string[] s_tables = ["filter", "nat"];

    /// <inheritdoc/>
    public RulesStamp? ReadStamp() => stamps?.Read(s_tables);

    /// <inheritdoc/>
    public Task<RestoreResult> RestoreAsync(RestoreBatch batch, CancellationToken cancellationToken) =>
        tools.RestoreAsync(batch, cancellationToken);

    /// <inheritdoc/>
    public Task<SaveResult<T>> SaveAsync<T>(Func<Stream, T> read, CancellationToken cancellationToken) =>
        tools.SaveAsync(s_tables, read, cancellationToken);
}
