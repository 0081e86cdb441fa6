using Sluice.Linux.Iptables;
using Sluice.Netfilter.Iptables;

namespace Sluice.Daemon.Telemetry;

/// <summary>A kernel's iptables tables, with a meter on them.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="meter">The meter.</param>
internal sealed class MeteredRuleKernel(IRuleKernel kernel, KernelMeter meter) : IRuleKernel
{
    /// <inheritdoc/>
    public RulesStamp? ReadStamp() => kernel.ReadStamp();

    /// <inheritdoc/>
    public async Task<RestoreResult> RestoreAsync(RestoreBatch batch, CancellationToken cancellationToken)
    {
        var begin = meter.Begin();
        var result = await kernel.RestoreAsync(batch, cancellationToken);
        meter.Sent(begin);
        if (result is RestoreResult.Ok)
        {
            foreach (var table in batch.Tables)
            {
                meter.CountChains(table.Emptied.Count);
                meter.CountRules(table.Table, table.Commands.Count);
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public async Task<SaveResult<T>> SaveAsync<T>(Func<Stream, T> read, CancellationToken cancellationToken)
    {
        var begin = meter.Begin();
        var result = await kernel.SaveAsync(read, cancellationToken);
        meter.Read(begin);
        return result;
    }
}
