using Sluice.Dataplane.Planning.Nftables;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon;

/// <summary>The kernel of this machine, over netlink.</summary>
/// <param name="connection">The connection; it owns the table where the kernel knows owners.</param>
/// <param name="second">Another that reads, at the same time.</param>
/// <param name="loose">One for surveys, by another thread (<see cref="NftConnection.IsLoose"/>).</param>
/// <param name="family">The family.</param>
/// <param name="ownership">Who may change the table.</param>
internal sealed class NftKernel(NftConnection connection, NftConnection second, NftConnection loose, IPFamily family, NftOwnership ownership) : INftKernel
{
    // Whoever writes rules without a pause keeps every reading from being of one moment.
    private const int Attempts = 5;

    private readonly TableFamily _family = TableFamilies.Of(family);

    private readonly NftTableReader _reader = new([connection, second], family);
    private readonly NftTableReader _surveyor = new([loose], family);

    // Who may change the table that is there; null until it was made or taken over.
    private NftOwnership? _got;

    /// <inheritdoc/>
    public uint? ReadGeneration() => connection.ReadGeneration();

    /// <inheritdoc/>
    public NftTableContent Read(NftablesLayout layout)
    {
        TakeOver();
        return AtOneMoment(() => _reader.Read(layout));
    }

    /// <inheritdoc/>
    public NftTableContent Survey(NftablesLayout layout) =>
        _surveyor.Read(layout) ?? throw new System.Diagnostics.UnreachableException("a loose connection takes what it gets");

    /// <inheritdoc/>
    public NftTableContent Ask(NftablesLayout layout, IReadOnlyList<byte[]> keys) => AtOneMoment(() => _reader.Ask(layout, keys));

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

    private NftTableContent AtOneMoment(Func<NftTableContent?> read)
    {
        for (var i = 0; i < Attempts; i++)
        {
            var before = connection.ReadGeneration();
            var content = read();
            if (content is NftTableContent.Missing)
            {
                _got = null;
            }

            if (content is NftTableContent.Unusable || (content is not null && connection.ReadGeneration() == before))
            {
                return content;
            }
        }

        return new NftTableContent.Unusable("somebody changes nftables rules without a pause: they cannot be read as of one moment");
    }

    // A table that an earlier run left, before it is read: that is a change. One that was everybody's stays so; one that somebody else owns refuses
    // the first change, and says why.
    private void TakeOver()
    {
        if (_got is not null || ownership != NftOwnership.Owner)
        {
            return;
        }

        if (connection.Read(_family, NftablesLayout.TableName, withElements: false, out var table, out _) is null && table is not null)
        {
            _got = connection.Adopt(_family, NftablesLayout.TableName) is NftCommitResult.Ok ? NftOwnership.Owner : NftOwnership.Anybody;
        }
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
