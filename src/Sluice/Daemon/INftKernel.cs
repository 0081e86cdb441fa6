using Sluice.Dataplane.Planning.Nftables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon;

/// <summary>The kernel's nftables table of one address family that holds the rules of Services. Tests have one of their own.</summary>
internal interface INftKernel
{
    /// <summary>The number of the current generation of rules, of everybody's tables; null when the kernel does not say.</summary>
    public uint? ReadGeneration();

    /// <summary>Reads the table, to be compared with what it shall hold.</summary>
    public NftTableContent Read(NftablesLayout layout);

    /// <summary>
    /// Reads the table on a way of its own: another thread may write meanwhile. Where rules change all the time it is of several moments, and
    /// may lack elements or have some that are gone.
    /// </summary>
    public NftTableContent Survey(NftablesLayout layout);

    /// <summary>Reads the table's chains, and of its elements those with certain keys.</summary>
    /// <param name="layout">The table.</param>
    /// <param name="keys">The keys of each of its sets, one behind the other.</param>
    public NftTableContent Ask(NftablesLayout layout, IReadOnlyList<byte[]> keys);

    /// <summary>Makes the table with all that is in it, at one moment.</summary>
    /// <param name="table">The table.</param>
    /// <param name="replaces">Whether one of its name is there, which goes at the same moment.</param>
    public NftCommitResult Create(Table table, bool replaces);

    /// <summary>Carries a transaction out, all of it or nothing.</summary>
    public NftCommitResult Commit(NftTransaction transaction);

    /// <summary>Reads the elements that remember clients.</summary>
    /// <param name="layout">The table.</param>
    /// <param name="isKept">Whether one is to stay, by its key and data.</param>
    /// <param name="removal">Gets the removal of those that are not.</param>
    /// <returns>Why they could not be read; null when they were.</returns>
    public string? ReadClients(NftablesLayout layout, ClientTest isKept, NftTransaction removal);
}

/// <summary>Whether an element that remembers a client is to stay.</summary>
/// <param name="key">Its key.</param>
/// <param name="data">Its data.</param>
internal delegate bool ClientTest(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data);

/// <summary>What the kernel has of a table.</summary>
internal abstract record NftTableContent
{
    private NftTableContent()
    {
    }

    /// <summary>There is no such table.</summary>
    public sealed record Missing : NftTableContent;

    /// <summary>There is one that is made otherwise: it can only be replaced.</summary>
    public sealed record Other : NftTableContent;

    /// <summary>There is one that can become the wanted one by changes.</summary>
    /// <param name="Dump">What it holds.</param>
    public sealed record Found(NftablesDump Dump) : NftTableContent;

    /// <summary>It cannot be read, or not be changed.</summary>
    /// <param name="Problem">Why, in one sentence.</param>
    public sealed record Unusable(string Problem) : NftTableContent;
}
