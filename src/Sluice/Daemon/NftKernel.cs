using Sluice.Dataplane.Planning.Nftables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon;

/// <summary>The kernel of this machine, over netlink.</summary>
/// <param name="connection">The connection; it owns the table where the kernel knows owners.</param>
/// <param name="family">The family.</param>
/// <param name="ownership">Who may change the table.</param>
internal sealed class NftKernel(NftConnection connection, IPFamily family, NftOwnership ownership) : INftKernel
{
    // Whoever writes rules without a pause keeps every reading from being of one moment.
    private const int Attempts = 5;

    private readonly TableFamily _family = TableFamilies.Of(family);

    // Who may change the table that is there; null until it was made or taken over.
    private NftOwnership? _got;

    /// <inheritdoc/>
    public uint? ReadGeneration() => connection.ReadGeneration();

    /// <inheritdoc/>
    public NftTableContent Read(NftablesLayout layout)
    {
        for (var i = 0; i < Attempts; i++)
        {
            var before = connection.ReadGeneration();
            var content = ReadOnce(layout);
            if (content is not null && (content is NftTableContent.Unusable || connection.ReadGeneration() == before))
            {
                return content;
            }
        }

        return new NftTableContent.Unusable("somebody changes nftables rules without a pause: they cannot be read as of one moment");
    }

    /// <inheritdoc/>
    public NftCommitResult Create(Table table, bool replaces)
    {
        var result = connection.Create(table, ownership, out var got, replaces);
        _got = result is NftCommitResult.Ok ? got : null;
        return result;
    }

    /// <inheritdoc/>
    public NftCommitResult Commit(NftTransaction transaction) => connection.Commit(transaction);

    /// <inheritdoc/>
    public string? ReadClients(NftablesLayout layout, ClientTest isKept, NftTransaction removal)
    {
        var index = layout.IndexOf(TableSet.Affinity);
        return connection.ReadElements(_family, NftablesLayout.TableName, layout.Sets[index], new Clients(index, isKept, removal), out _);
    }

    private NftTableContent? ReadOnce(NftablesLayout layout)
    {
        if (connection.Read(_family, NftablesLayout.TableName, withElements: false, out var table, out _) is { } problem)
        {
            return new NftTableContent.Unusable(problem);
        }

        if (table is null)
        {
            _got = null;
            return new NftTableContent.Missing();
        }

        TakeOver();
        if (!layout.Fits(table))
        {
            return new NftTableContent.Other();
        }

        var dump = new NftablesDump(layout);
        foreach (var chain in table.Chains)
        {
            dump.Add(chain);
        }

        for (var set = 0; set < layout.Sets.Count; set++)
        {
            var elements = new Elements(dump, set);
            if (connection.ReadElements(_family, NftablesLayout.TableName, layout.Sets[set], elements, out _) is { } unreadable)
            {
                return new NftTableContent.Unusable(unreadable);
            }

            if (elements.Begins > 1)
            {
                // The dump has elements of two moments; whoever asked begins anew.
                return null;
            }
        }

        return new NftTableContent.Found(dump);
    }

    // A table that an earlier run left. One that was everybody's stays so; one that somebody else owns refuses the first change, and says why.
    private void TakeOver()
    {
        if (_got is null && ownership == NftOwnership.Owner)
        {
            _got = connection.Adopt(_family, NftablesLayout.TableName) is NftCommitResult.Ok ? NftOwnership.Owner : NftOwnership.Anybody;
        }
    }

    private sealed class Elements(NftablesDump dump, int set) : INftElementReceiver
    {
        public int Begins { get; private set; }

        public void Begin() => Begins++;

        public void Take(in NftElement element) => dump.Add(
            set, element.Key, element.Last, element.Data, element.Chain, element.Verdict == NftVerdict.Drop, element.Comment);
    }

    private sealed class Clients(byte set, ClientTest isKept, NftTransaction removal) : INftElementReceiver
    {
        public void Begin() => removal.Elements.Clear();

        public void Take(in NftElement element)
        {
            if (isKept(element.Key, element.Data))
            {
                return;
            }

            var change = new ElementChange { Set = set, IsDelete = true };
            change.SizeKey(element.Key.Length);
            element.Key.CopyTo(change.Key);
            removal.Elements.Add(change);
        }
    }
}
