using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Netlink.Nftables;

namespace Sluice.Benchmarks;

/// <summary>Sluice's table of one family in the kernel, and the connection to it.</summary>
internal sealed class NftKernel : IDisposable
{
    private readonly ServiceIntent _intent;
    private readonly NetworkNamespace? _space;
    private NftConnection _connection;

    private NftKernel(ServiceIntent intent, NetworkNamespace? space)
    {
        (_intent, _space, _connection) = (intent, space, Open(space));
        var layout = new NftablesLayout(new NftablesPlanOptions(intent.Family), intent.Node);
        Require(_connection.Create(layout.EmptyTable, NftOwnership.Owner, out _));
        var dump = NftablesDump.OfNewTable(layout);
        Table = NftablesTable.Of(layout, intent, dump);
        Written = Mend(dump);
    }

    /// <summary>What the kernel holds.</summary>
    public NftablesTable Table { get; private set; }

    /// <summary>How many elements and chains were written at the start.</summary>
    public int Written { get; }

    /// <summary>Makes a kernel without the table hold what an intent says.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="space">The namespace; null for that of the calling thread.</param>
    public static NftKernel Load(ServiceIntent intent, NetworkNamespace? space = null) => new(intent, space);

    /// <summary>Begins anew with the intent of the beginning, as after a restart: reads what the kernel holds and mends what differs.</summary>
    /// <returns>How many elements and chains it wrote.</returns>
    public int Restart()
    {
        _connection.Dispose();
        _connection = Open(_space);
        using var second = Open(_space);
        var dump = Read(Table.Layout, _connection, second);
        Table = NftablesTable.Of(Table.Layout, _intent, dump);
        return Mend(dump);
    }

    /// <summary>How many elements and chains would have to be written for the table that somebody else keeps to be what an intent says.</summary>
    public static int CountDifferences(ServiceIntent intent)
    {
        using NftConnection first = Open(), second = Open();
        var layout = NftCluster.LayoutFor(intent);
        var dump = Read(layout, first, second);
        return Compare(NftablesTable.Of(layout, intent, dump), dump, _ => { });
    }

    /// <summary>Carries a change out.</summary>
    public void CarryOut(NftablesChange change)
    {
        for (var i = 0; i < change.Transactions.Count; i++)
        {
            Require(_connection.Commit(change.Transactions[i]));
        }
    }

    public void Dispose() => _connection.Dispose();

    private static NftConnection Open(NetworkNamespace? space) => space is null ? Open() : space.Run(Open);

    /// <summary>A connection to the kernel, in the namespace of the calling thread.</summary>
    public static NftConnection Open() => NftConnection.TryOpen(out var problem) ?? throw new InvalidOperationException(problem);

    private static void Require(NftCommitResult result)
    {
        if (result is not NftCommitResult.Ok)
        {
            throw new InvalidOperationException(result.ToString());
        }
    }

    private static NftablesDump Read(NftablesLayout layout, NftConnection first, NftConnection second) =>
        new Daemon.NftKernel(first, second, loose: second, layout.Options.Family, NftOwnership.Owner).Read(layout) is NftTableContent.Found found
            ? found.Dump
            : throw new InvalidOperationException("the table is not there");

    private int Mend(NftablesDump dump) => Compare(Table, dump, CarryOut);

    private static int Compare(NftablesTable table, NftablesDump dump, Action<NftablesChange> carryOut)
    {
        // Chains that went are not counted: those of a count of endpoints that no Service has any more stay until a restart.
        var written = 0;
        var comparison = new NftablesComparison(table, dump);
        for (var change = new NftablesChange(table.Layout); comparison.Next(change); change.Clear())
        {
            written += change.ElementCount + change.Transactions.Sum(t => t.NewChains.Count + t.RewrittenChains.Count);
            carryOut(change);
        }

        return written;
    }
}
