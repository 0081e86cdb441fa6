using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;

namespace Sluice.Benchmarks;

/// <summary>A kernel's table that counts what is written to it.</summary>
internal sealed class NftCountingKernel(INftKernel kernel) : INftKernel
{
    /// <summary>How many elements and chains came, went or changed; those of the table when it was made are not among them.</summary>
    public int Written { get; private set; }

    public uint? ReadGeneration() => kernel.ReadGeneration();

    public NftTableContent Read(NftablesLayout layout) => kernel.Read(layout);

    public NftTableContent Survey(NftablesLayout layout) => kernel.Survey(layout);

    public NftTableContent Ask(NftablesLayout layout, IReadOnlyList<byte[]> keys) => kernel.Ask(layout, keys);

    public NftCommitResult Create(Table table, bool replaces) => kernel.Create(table, replaces);

    public NftCommitResult Commit(NftTransaction transaction)
    {
        Written += transaction.Elements.Count + transaction.NewChains.Count + transaction.RewrittenChains.Count + transaction.OldChains.Count;
        return kernel.Commit(transaction);
    }

    public string? ReadClients(NftablesLayout layout, ClientTest isKept, NftTransaction removal) => kernel.ReadClients(layout, isKept, removal);
}
