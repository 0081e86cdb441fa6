using Sluice.Dataplane.Planning.Nftables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon.Telemetry;

/// <summary>A kernel's nftables table, with a meter on it.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="meter">The meter.</param>
internal sealed class MeteredNftKernel(INftKernel kernel, KernelMeter meter) : INftKernel
{
    /// <inheritdoc/>
    public uint? ReadGeneration() => kernel.ReadGeneration();

    /// <inheritdoc/>
    public NftTableContent Read(NftablesLayout layout)
    {
        var begin = meter.Begin();
        var content = kernel.Read(layout);
        meter.Read(begin);
        return content;
    }

    /// <inheritdoc/>
    /// <remarks>Not measured: it goes on beside the changes, on a thread of its own.</remarks>
    public NftTableContent Survey(NftablesLayout layout) => kernel.Survey(layout);

    /// <inheritdoc/>
    public NftTableContent Ask(NftablesLayout layout, IReadOnlyList<byte[]> keys)
    {
        var begin = meter.Begin();
        var content = kernel.Ask(layout, keys);
        meter.Read(begin);
        return content;
    }

    /// <inheritdoc/>
    public NftCommitResult Create(Table table, bool replaces)
    {
        var begin = meter.Begin();
        var result = kernel.Create(table, replaces);
        meter.Sent(begin);
        if (result is NftCommitResult.Ok)
        {
            meter.CountChains(table.Chains.Count);
        }

        return result;
    }

    /// <inheritdoc/>
    public NftCommitResult Commit(NftTransaction transaction)
    {
        var begin = meter.Begin();
        var result = kernel.Commit(transaction);
        meter.Sent(begin);
        if (result is NftCommitResult.Ok)
        {
            meter.CountElements(transaction.Elements.Count);
            meter.CountChains(transaction.NewChains.Count + transaction.RewrittenChains.Count + transaction.OldChains.Count);
        }

        return result;
    }

    /// <inheritdoc/>
    public string? ReadClients(NftablesLayout layout, ClientTest isKept, NftTransaction removal)
    {
        var begin = meter.Begin();
        var problem = kernel.ReadClients(layout, isKept, removal);
        meter.Read(begin);
        return problem;
    }
}
