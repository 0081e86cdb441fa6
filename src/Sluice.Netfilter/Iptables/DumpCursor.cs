using System.Runtime.InteropServices;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>Where the reading of a dump stands: in which table and chain, and what headers and prompts have said of what follows.</summary>
internal sealed class DumpCursor
{
    private readonly StringPool _pool;
    private readonly List<ReaderNote> _notes;
    private readonly string? _tableHint;

    // Rules of one kind may be kept word for word thousands of times: each kind is said once.
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private readonly List<TableBlock> _blocks = [];
    private IPFamily? _family;
    private TableBackend _backend;
    private string? _table;
    private bool _startsAnew;
    private byte[] _chainName = [];
    private int _chainNameLength;
    private SourceSpan? _cut;

    // The rules of the open chain, until it ends and takes them all at once.
    private readonly List<Rule> _rules = [];

    public DumpCursor(StringPool pool, List<ReaderNote> notes, string? tableHint) =>
        (_pool, _notes, _tableHint, _table) = (pool, notes, tableHint, tableHint);

    /// <summary>All blocks so far.</summary>
    public IReadOnlyList<TableBlock> Blocks => _blocks;

    /// <summary>The block that is being read; null between tables.</summary>
    public TableBlock? Block { get; private set; }

    /// <summary>The chain that is being read; null when none has begun.</summary>
    public ChainBuilder? Chain { get; private set; }

    public bool InListing => Block is { Form: BlockForm.Listing };

    /// <summary>Forgets what the last source said.</summary>
    public void BeginSource()
    {
        EndBlock(isCommitted: false);
        Expect(null, TableBackend.Unknown, _tableHint);
    }

    /// <summary>What the lines to come are of, as a header or a prompt says; the block that is open ends when they come.</summary>
    public void Expect(IPFamily? family, TableBackend backend, string? table)
    {
        (_family, _backend, _table) = (family, backend, table ?? _tableHint);
        _startsAnew = true;
    }

    /// <summary>The open block when it has this form, else a new one.</summary>
    public TableBlock In(BlockForm form, SourceSpan span) =>
        Block is { } block && !_startsAnew && (block.Form == form || (block.Form == BlockForm.Save && form == BlockForm.Rules))
            ? block
            : Begin(form, span, _table);

    /// <summary>Begins a table.</summary>
    public TableBlock Begin(BlockForm form, SourceSpan span, string? table)
    {
        EndBlock(isCommitted: false);
        _startsAnew = false;
        Block = new TableBlock(form, span, _pool) { Name = table, Family = _family, Backend = _backend };
        _blocks.Add(Block);
        return Block;
    }

    /// <summary>Ends the table; one of iptables-save that was not committed is cut.</summary>
    public void EndBlock(bool isCommitted)
    {
        if (Block is { Form: BlockForm.Save } block && !isCommitted)
        {
            Flush();
            Truncate(block);
        }

        Flush();
        (Block, Chain, _cut) = (null, null, null);
    }

    /// <summary>Goes to a chain of the open block.</summary>
    public ChainBuilder Enter(TableBlock block, ReadOnlySpan<byte> name)
    {
        if (Chain is { } chain && name.SequenceEqual(_chainName.AsSpan(0, _chainNameLength)))
        {
            return chain;
        }

        Flush();
        Chain = chain = block.Chains.Enter(name);
        RememberName(name);
        if (_cut is { } cut)
        {
            // What was cut between the rules of two chains may belong to either.
            chain.TryAddGap(cut);
            _cut = null;
        }

        return chain;
    }

    /// <summary>Adds a rule to the open chain.</summary>
    public void Add(Rule rule) => _rules.Add(rule);

    /// <summary>Puts a rule before the one at the position in the open chain.</summary>
    public void Insert(int position, Rule rule)
    {
        Flush();
        Chain!.Insert(position, rule);
    }

    /// <summary>Rules were left out here.</summary>
    public void Cut(SourceSpan span, string message, ReaderNoteKind kind = ReaderNoteKind.RulesCut)
    {
        Flush();
        if (Chain is { } chain && !chain.TryAddGap(span))
        {
            return;
        }

        _cut = InListing ? null : span;
        Note(span, message, kind);
    }

    public void Note(SourceSpan span, string message, ReaderNoteKind kind) => _notes.Add(new ReaderNote(span, message, kind));

    /// <summary>Says once what rules hold that is not known.</summary>
    public void NoteUnknown(Rule rule)
    {
        foreach (var part in rule.Parts)
        {
            var text = part switch
            {
                Rules.Matches.UnknownMatch match => $"the match '{match.Text}'",
                Verdict.Unknown target => $"the target '{$"{target.Name} {target.Text}".Trim()}'",
                _ => null,
            };
            if (text is not null && _said.Count < 100 && _said.Add(text))
            {
                Note(rule.Source, text + " is not known: it may do anything", ReaderNoteKind.NotUnderstood);
            }
        }
    }

    private void Flush()
    {
        if (_rules.Count > 0)
        {
            Chain!.Append(CollectionsMarshal.AsSpan(_rules));
            _rules.Clear();
        }
    }

    private void RememberName(ReadOnlySpan<byte> name)
    {
        if (_chainName.Length < name.Length)
        {
            _chainName = new byte[Math.Max(64, name.Length)];
        }

        name.CopyTo(_chainName);
        _chainNameLength = name.Length;
    }

    // Rules follow in the order of their chains: this chain and those after it may have lost some.
    private void Truncate(TableBlock block)
    {
        block.IsTruncated = true;
        var last = Chain is { Count: > 0 } chain ? chain.Rules[^1].Source : block.Source;
        var chains = block.Chains.Chains;
        for (var i = chains.Count - 1; i >= 0; i--)
        {
            chains[i].TryAddGap(last);
            if (chains[i] == Chain)
            {
                break;
            }
        }

        Note(last, $"table {block.Name} ends without its COMMIT: the dump is cut, rules after this line are missing", ReaderNoteKind.Truncated);
    }
}
