using System.Globalization;
using System.Text;
using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>
/// Reads iptables rules in every form people have them: iptables-save, <c>iptables -S</c>, <c>iptables -L</c>, and terminal copies
/// with prompts and remarks between. Fed line by line; what is not a rule becomes a note.
/// </summary>
internal sealed class DumpReader
{
    private readonly StringPool _pool = new();
    private readonly RuleReader _rules;
    private readonly ListingRuleReader _listing;
    private readonly List<TableBlock> _blocks = [];
    private readonly List<ReaderNote> _notes;
    private readonly string? _tableHint;

    private TableBlock? _block;
    private ChainBuilder? _chain;
    private byte[] _chainName = [];
    private bool _isListing;
    private IPFamily? _family;
    private TableBackend _backend;

    public DumpReader(List<ReaderNote> notes, string? tableHint)
    {
        _notes = notes;
        _tableHint = tableHint;
        _rules = new RuleReader(_pool);
        _listing = new ListingRuleReader(_pool);
    }

    /// <summary>Forgets where the last source stood: its table, family and chain.</summary>
    public void BeginSource()
    {
        EndBlock();
        _family = null;
        _backend = TableBackend.Unknown;
    }

    /// <summary>Reads one line without its line break; false when nothing about it looks like iptables.</summary>
    public bool TryLine(ReadOnlySpan<byte> line, SourceSpan span)
    {
        line = line.TrimEnd("\r \t"u8);
        if (line.IsEmpty)
        {
            return true;
        }

        switch (line[0])
        {
            case (byte)'-' when line.Length > 3 && line[2] == ' ':
                return TryCommand(line, span, counters: null);
            case (byte)'[':
                return TryCountedRule(line, span);
            case (byte)':' when _block is not null && !_isListing:
                DeclareChain(line[1..], span);
                return true;
            case (byte)'*' when line.IndexOf((byte)' ') < 0:
                BeginTable(line[1..], span);
                return true;
            case (byte)'#':
                ReadRemark(line, span);
                return true;
            case (byte)'C' when line.SequenceEqual("COMMIT"u8):
                EndBlock();
                return true;
            case (byte)'C' when line.StartsWith("Chain "u8):
                return TryListedChain(line, span);
            default:
                return TryOther(line, span);
        }
    }

    /// <summary>The tables, blocks of the same table put together.</summary>
    public Ruleset Build()
    {
        EndBlock();
        return TableMerger.Merge(_blocks, _notes);
    }

    // "-A", "-P", "-N", "-I": iptables-save and iptables -S.
    private bool TryCommand(ReadOnlySpan<byte> line, SourceSpan span, RuleCounters? counters)
    {
        var rest = line[3..].TrimStart(" \t"u8);
        switch (line[1])
        {
            case (byte)'A':
                AddRule(rest, span, counters);
                return true;
            case (byte)'P':
                var space = rest.IndexOf((byte)' ');
                if (space > 0)
                {
                    var chain = Declare(rest[..space], span);
                    chain.Policy = rest[(space + 1)..].StartsWith("DROP"u8) ? ChainPolicy.Drop : ChainPolicy.Accept;
                }

                return true;
            case (byte)'N':
                Declare(rest, span);
                return true;
            default:
                return false;
        }
    }

    private void AddRule(ReadOnlySpan<byte> rest, SourceSpan span, RuleCounters? counters)
    {
        var block = Block(span, isListing: false);
        var space = rest.IndexOf((byte)' ');
        var name = space < 0 ? rest : rest[..space];
        if (_chain is null || !name.SequenceEqual(_chainName))
        {
            _chain = block.Chains.GetOrAdd(name);
            _chainName = name.ToArray();
        }

        var parts = _rules.Read(space < 0 ? default : rest[(space + 1)..], block.Chains);
        block.Family ??= _rules.SeenFamily;
        _chain.Rules.Add(new Rule(parts) { Source = span, Counters = counters ?? _rules.Counters });
    }

    // "[12:720] -A CHAIN ..." of iptables-save -c.
    private bool TryCountedRule(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var close = line.IndexOf((byte)']');
        if (close < 0 || Counters(line[1..close]) is not { } counters)
        {
            return TryOther(line, span);
        }

        var rest = line[(close + 1)..].TrimStart((byte)' ');
        return rest.StartsWith("-A "u8) && TryCommand(rest, span, counters);
    }

    private void DeclareChain(ReadOnlySpan<byte> rest, SourceSpan span)
    {
        var space = rest.IndexOf((byte)' ');
        var chain = Declare(space < 0 ? rest : rest[..space], span);
        if (space < 0)
        {
            return;
        }

        rest = rest[(space + 1)..];
        chain.Policy = rest.StartsWith("ACCEPT"u8) ? ChainPolicy.Accept : rest.StartsWith("DROP"u8) ? ChainPolicy.Drop : null;
        var open = rest.IndexOf((byte)'[');
        var close = rest.IndexOf((byte)']');
        if (chain.Policy is not null && open >= 0 && close > open && Counters(rest[(open + 1)..close]) is { Packets: > 0 } counters)
        {
            chain.PolicyCounters = counters;
        }
    }

    private ChainBuilder Declare(ReadOnlySpan<byte> name, SourceSpan span)
    {
        var chain = Block(span, isListing: false).Chains.GetOrAdd(name);
        chain.Source = span;
        return chain;
    }

    private void BeginTable(ReadOnlySpan<byte> name, SourceSpan span)
    {
        EndBlock();
        _block = NewBlock(span);
        _block.Name = Encoding.UTF8.GetString(name);
    }

    // "Chain INPUT (policy ACCEPT 12 packets, 720 bytes)" or "Chain KUBE-SVC-X (2 references)".
    private bool TryListedChain(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var rest = line["Chain "u8.Length..];
        var open = rest.IndexOf(" ("u8);
        if (open <= 0 || rest[..open].IndexOf((byte)' ') >= 0)
        {
            return false;
        }

        var name = rest[..open];
        var detail = rest[(open + 2)..];
        var existing = _isListing && _block is not null ? _block.Chains.Find(name) : null;
        if (existing is { Source.Line: > 0 })
        {
            // The same chain again: another listing begins, of the same table only if something said so.
            var table = _block!.Name;
            EndBlock();
            _block = Block(span, isListing: true);
            _block.Name = _tableHint ?? (BuiltinChains.IsBuiltin(Encoding.UTF8.GetString(name)) ? null : table);
        }

        _chain = Block(span, isListing: true).Chains.GetOrAdd(name);
        _chainName = name.ToArray();
        _chain.Source = span;
        if (detail.StartsWith("policy "u8))
        {
            _chain.Policy = detail["policy "u8.Length..].StartsWith("DROP"u8) ? ChainPolicy.Drop : ChainPolicy.Accept;
        }

        _listing.Columns = null;
        return true;
    }

    private bool TryOther(ReadOnlySpan<byte> line, SourceSpan span)
    {
        if (TerminalText.IsCut(line))
        {
            _chain?.Gaps.Add(new ChainGap(_chain.Rules.Count, span));
            _notes.Add(new ReaderNote(span, "rules were left out here"));
            return true;
        }

        if (TerminalText.ParseCommand(line) is { } command)
        {
            EndBlock();
            _family = command.Family;
            _backend = command.Backend;
            _block = NewBlock(span);
            _block.Name = command.Table ?? _tableHint;
            _isListing = command.IsListing;
            return true;
        }

        if (!_isListing || _chain is null)
        {
            return false;
        }

        if (ListingColumns.Parse(line) is { } columns)
        {
            _listing.Columns = columns;
            _block!.LacksInterfaces |= !columns.HasInterfaces;
            return true;
        }

        if (_listing.Read(line, _block!.Chains) is not { } parts)
        {
            return false;
        }

        _block.Family ??= _listing.SeenFamily;
        _chain.Rules.Add(new Rule(parts) { Source = span, Counters = _listing.Counters });
        return true;
    }

    // "# Generated by ip6tables-save v1.8.9 (nf_tables) on ..." tells family and backend; other remarks are notes.
    private void ReadRemark(ReadOnlySpan<byte> line, SourceSpan span)
    {
        var generated = line.IndexOf("Generated by "u8);
        if (generated >= 0)
        {
            var rest = line[(generated + "Generated by "u8.Length)..];
            if (rest.StartsWith("ip6tables"u8) || rest.StartsWith("iptables"u8) || rest.StartsWith("xtables"u8))
            {
                EndBlock();
                _family = rest.StartsWith("ip6"u8) ? IPFamily.IPv6 : IPFamily.IPv4;
                _backend = rest.IndexOf("nf_tables"u8) >= 0 || rest.IndexOf("-nft"u8) >= 0 ? TableBackend.Nft
                    : rest.IndexOf("legacy"u8) >= 0 || rest.StartsWith("iptables-save v1.4"u8) || rest.StartsWith("iptables-save v1.6"u8) ? TableBackend.Legacy
                    : TableBackend.Unknown;
                return;
            }
        }

        if (line.StartsWith("# Completed on"u8))
        {
            return;
        }

        if (TerminalText.ParseCommand(line[1..]) is not null)
        {
            TryOther(line[1..], span);
            return;
        }

        _notes.Add(new ReaderNote(span, TerminalText.IsTablesWarning(line)
            ? "iptables says that tables of the other variant exist too: read both for the whole truth"
            : "a remark"));
    }

    private TableBlock Block(SourceSpan span, bool isListing)
    {
        _isListing = isListing;
        return _block ??= NewBlock(span);
    }

    private TableBlock NewBlock(SourceSpan span)
    {
        var block = new TableBlock(_pool) { Source = span, Family = _family, Backend = _backend, Name = _tableHint };
        _blocks.Add(block);
        _rules.SeenFamily = null;
        return block;
    }

    private void EndBlock()
    {
        _block = null;
        _chain = null;
        _chainName = [];
        _isListing = false;
    }

    private static RuleCounters? Counters(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        return colon > 0 &&
            ulong.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var packets) &&
            ulong.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new RuleCounters(packets, bytes)
            : null;
    }
}
