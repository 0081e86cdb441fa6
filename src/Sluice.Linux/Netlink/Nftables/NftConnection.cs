using System.Runtime.InteropServices;
using Sluice.Linux.Interop;
using Sluice.Linux.Netlink.Nftables.Live;
using Sluice.Net;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>
/// Changes and reads the nf_tables rules of the network namespace of the thread that opened it. One thread at a time may use it; it is kept open for the
/// life of a process, since closing it after a write waits for the kernel. A transaction of a few elements allocates nothing.
/// </summary>
public sealed class NftConnection : IDisposable
{
    // The kernel works while the message is sent: answers are there at once, whatever it takes.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    // For the errors of some thousand messages of one batch.
    private const int AnswerBytes = 4 << 20;

    private readonly NftBatch _batch = new();
    private readonly ElementWriter _elements;
    private readonly RuleWriter _rules;
    private readonly NftDump _dump;

    private NftConnection(NetlinkSocket socket)
    {
        Socket = socket;
        _elements = new ElementWriter(_batch);
        _rules = new RuleWriter(_batch, _elements);
        _dump = new NftDump(socket);
    }

    /// <summary>The socket, for what reads.</summary>
    internal NetlinkSocket Socket { get; }

    /// <summary>
    /// Whether what is read may be of several moments where rules change too often to be read at one. It still is what was there at some time
    /// while it was read, but may lack elements that were there all the time.
    /// </summary>
    public bool IsLoose
    {
        get => _dump.IsLoose;
        set => _dump.IsLoose = value;
    }

    /// <summary>Opens a connection; null when the kernel has no netfilter or no file descriptor is left.</summary>
    /// <param name="problem">Why there is none, in one sentence.</param>
    public static NftConnection? TryOpen(out string? problem)
    {
        var socket = NetlinkSocket.TryOpen(Libc.NETLINK_NETFILTER, s_timeout, out var errno);
        if (socket is null)
        {
            problem = new NetlinkFault(errno).Describe("a netfilter socket");
            return null;
        }

        socket.SizeReceiveRoom(AnswerBytes);
        problem = null;
        return new NftConnection(socket);
    }

    /// <summary>Makes a table with its chains, sets, elements and rules; nobody sees half of it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="ownership">Who may change it; a kernel that knows no owners takes <see cref="NftOwnership.Anybody"/>.</param>
    /// <param name="got">Who may change it now.</param>
    /// <param name="replaces">Whether the one of that name, which there must be, goes in the same moment; else there may be none.</param>
    public NftCommitResult Create(Table table, NftOwnership ownership, out NftOwnership got, bool replaces = false)
    {
        got = ownership;
        var result = Create(table, got, replaces, out var isTable);
        if (isTable && got != NftOwnership.Anybody && result is NftCommitResult.Refused)
        {
            got = NftOwnership.Anybody;
            result = Create(table, got, replaces, out _);
        }

        return result;
    }

    /// <summary>Asks the kernel whether it would take a table that is not there, and changes nothing: it checks all and undoes it.</summary>
    public NftCommitResult Try(Table table) => Create(table, NftOwnership.Anybody, replaces: false, out _, isTrial: true);

    /// <summary>Makes a persistent table that lost its owner one's own.</summary>
    public NftCommitResult Adopt(TableFamily family, string table)
    {
        _batch.Begin(family, generation: null);
        TableWriter.Write(_batch, table, Nft.NFT_TABLE_F_OWNER | Nft.NFT_TABLE_F_PERSIST, isNew: false, comment: null);
        return Commit(sets: []);
    }

    /// <summary>Deletes a table with all that is in it.</summary>
    public NftCommitResult Delete(TableFamily family, string table)
    {
        _batch.Begin(family, generation: null);
        TableWriter.Delete(_batch, table);
        return Commit(sets: []);
    }

    /// <summary>Carries a transaction out, all of it or nothing.</summary>
    /// <param name="transaction">What shall change.</param>
    /// <param name="generation">The generation it was planned for (<see cref="ReadGeneration"/>); null for any.</param>
    public NftCommitResult Commit(NftTransaction transaction, uint? generation = null)
    {
        if (transaction.IsEmpty)
        {
            return NftCommitResult.Ok.Instance;
        }

        _batch.Begin(transaction.Family, generation);
        try
        {
            Write(transaction.Family, transaction.Table, transaction.Sets, CollectionsMarshal.AsSpan(transaction.NewChains), CollectionsMarshal.AsSpan(transaction.RewrittenChains));
        }
        catch (NftNotSupportedException e)
        {
            return new NftCommitResult.Refused(e.Message);
        }

        _elements.Write(transaction);
        foreach (var chain in transaction.OldChains)
        {
            ChainWriter.Delete(_batch, transaction.Table, chain);
        }

        return Commit(transaction.Sets) switch
        {
            NftCommitResult.Refused { Element: { } place } refused => refused with { Element = ElementOrder.IndexOf(transaction, place) },
            var result => result,
        };
    }

    /// <summary>Why nf_tables cannot be used here by this process, in one sentence; null when it can.</summary>
    public string? FindObstacle() => _dump.ReadGeneration(out _) switch
    {
        null => null,
        { Errno: Libc.EPERM } => NetworkPrivilege.Missing,

        // So says a kernel without it, since its netfilter socket knows no such messages.
        { Errno: Libc.EINVAL } => "this kernel has no nf_tables",
        var fault => fault.Describe("nf_tables"),
    };

    /// <summary>The number of the current generation of rules: each commit of anybody in the namespace raises it by one. Null when the kernel does not answer.</summary>
    public uint? ReadGeneration() => _dump.ReadGeneration();

    /// <summary>Reads the elements of a set, all of one moment: when the rules change meanwhile it begins anew, some times.</summary>
    /// <param name="family">The table's family.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="set">The set; its types say how bytes are read. Its elements do not matter.</param>
    /// <param name="receiver">Takes the elements, in no order.</param>
    /// <param name="generation">The generation they are of: what is read of the same one belongs together.</param>
    /// <returns>Why they could not be read, in one sentence; null when all were.</returns>
    public string? ReadElements(TableFamily family, string table, NftSet set, INftElementReceiver receiver, out uint generation)
    {
        var reader = new ElementReader(set, receiver);
        NetlinkMessageHandler handler = (_, body) => reader.Take(body);
        return ReadElements(
            family,
            table,
            reader,
            () => _dump.Ask(Nft.NFT_MSG_GETSETELEM, Nft.NumberOf(family), handler, (Nft.NFTA_SET_ELEM_LIST_TABLE, table), (Nft.NFTA_SET_ELEM_LIST_SET, set.Name)),
            out generation);
    }

    /// <summary>
    /// Reads the elements of a set that have certain keys, all of one moment. Each takes some two microseconds, whatever the set holds; reading whole
    /// sets takes the square of what they hold, and is faster up to some ten thousand.
    /// </summary>
    /// <param name="family">The table's family.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="set">The set; its types say how bytes are read. One without ranges.</param>
    /// <param name="keys">The keys, one behind the other, as <see cref="NftElement.Key"/> has them. Those that the set has not are passed over.</param>
    /// <param name="receiver">Takes the elements, in the order of the keys.</param>
    /// <param name="generation">The generation they are of.</param>
    /// <returns>Why they could not be read, in one sentence; null when all were.</returns>
    public string? ReadElements(TableFamily family, string table, NftSet set, ReadOnlyMemory<byte> keys, INftElementReceiver receiver, out uint generation)
    {
        var reader = new ElementReader(set, receiver);
        var questions = new ElementQuestions(_dump, family, table, set);
        return ReadElements(family, table, reader, () => questions.Ask(keys.Span, reader), out generation);
    }

    /// <summary>Reads how many elements the sets of a table have, by the sets' names.</summary>
    /// <param name="family">The table's family.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="sizes">Gets the numbers; nothing of a set where the kernel does not say (older ones do not know NFTA_SET_COUNT).</param>
    /// <returns>Why they could not be read, in one sentence; null when they were.</returns>
    public string? ReadSetSizes(TableFamily family, string table, IDictionary<string, int> sizes)
    {
        var fault = _dump.Read(
            () => _dump.Ask(Nft.NFT_MSG_GETSET, Nft.NumberOf(family), Take, (Nft.NFTA_SET_TABLE, table)),
            out _);
        return fault?.Describe($"table {TableFamilyWords.Of(family)} {table}");

        void Take(ushort type, ReadOnlySpan<byte> body)
        {
            var set = new Attributes(body[Nft.HeaderBytes..]);
            if (set.Has(Nft.NFTA_SET_COUNT))
            {
                sizes[set.Text(Nft.NFTA_SET_NAME)] = (int)set.UInt32(Nft.NFTA_SET_COUNT);
            }
        }
    }

    /// <summary>Reads all tables with all that is in them, of one moment.</summary>
    /// <param name="ruleset">The tables; none when there is a problem.</param>
    /// <param name="generation">The generation they are of.</param>
    /// <returns>Why they could not be read, in one sentence; null when they were.</returns>
    public string? Read(out Ruleset ruleset, out uint generation)
    {
        var fault = new LiveNftReader(_dump).Read(only: null, withElements: true, out var tables, out generation);
        ruleset = new Ruleset(tables);

        // So says a kernel that has no nf_tables at all: then there are no tables.
        return fault is { Errno: Libc.EINVAL } ? null : fault?.Describe("the nftables ruleset");
    }

    /// <summary>Reads one table, of one moment.</summary>
    /// <param name="family">Its family.</param>
    /// <param name="name">Its name.</param>
    /// <param name="withElements">Whether its sets are read with their elements.</param>
    /// <param name="table">The table; null when there is none of that name, or a problem.</param>
    /// <param name="generation">The generation it is of.</param>
    /// <returns>Why it could not be read, in one sentence; null when it was, or is not there.</returns>
    public string? Read(TableFamily family, string name, bool withElements, out Table? table, out uint generation)
    {
        var fault = new LiveNftReader(_dump).Read((family, name), withElements, out var tables, out generation);
        table = tables.Count > 0 ? tables[0] : null;
        return fault?.Describe($"table {TableFamilyWords.Of(family)} {name}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Socket.Dispose();
        _rules.Dispose();
        _dump.Dispose();
        _batch.Dispose();
    }

    private string? ReadElements(TableFamily family, string table, ElementReader reader, Func<NetlinkFault?> ask, out uint generation)
    {
        var fault = _dump.Read(
            () =>
            {
                reader.Begin();
                return ask();
            },
            out generation);
        if (fault is not null)
        {
            return fault.Describe($"set {TableFamilyWords.Of(family)} {table} {reader.Set.Name}");
        }

        reader.End();
        return null;
    }

    private NftCommitResult Create(Table table, NftOwnership ownership, bool replaces, out bool isTable, bool isTrial = false)
    {
        isTable = false;
        _batch.Begin(table.Family, generation: null);
        if (replaces)
        {
            TableWriter.Delete(_batch, table.Name);
        }

        var place = _batch.Writer.Messages;
        TableWriter.Write(_batch, table.Name, TableWriter.Flags(table, ownership), isNew: true, table.Comment);
        try
        {
            Write(table.Family, table.Name, table.Sets, table.Chains.Span, rewritten: [], isWhole: true);
        }
        catch (NftNotSupportedException e)
        {
            return new NftCommitResult.Refused(e.Message);
        }

        var result = Commit(table.Sets, out var message, isTrial);
        isTable = message == place;
        return result;
    }

    private void Write(TableFamily family, string table, EquatableArray<NftSet> sets, ReadOnlySpan<Chain> chains, ReadOnlySpan<Chain> rewritten, bool isWhole = false)
    {
        foreach (var chain in chains)
        {
            ChainWriter.Write(_batch, table, chain);
        }

        if (isWhole)
        {
            foreach (var set in sets)
            {
                SetWriter.Write(_batch, table, set, id: null);
            }

            foreach (var set in sets)
            {
                _elements.Write(table, set, id: null);
            }
        }

        _rules.Begin();
        foreach (var chain in chains)
        {
            _rules.Write(family, table, sets, chain);
        }

        foreach (var chain in rewritten)
        {
            ChainWriter.Empty(_batch, table, chain.Name);
            _rules.Write(family, table, sets, chain);
        }
    }

    private NftCommitResult Commit(EquatableArray<NftSet> sets) => Commit(sets, out _);

    private NftCommitResult Commit(EquatableArray<NftSet> sets, out int message, bool isTrial = false)
    {
        var fault = _batch.Commit(Socket, out message, isTrial);
        return fault is null ? NftCommitResult.Ok.Instance : BatchFault.Explain(_batch.Writer.Written, message, fault, sets);
    }
}
