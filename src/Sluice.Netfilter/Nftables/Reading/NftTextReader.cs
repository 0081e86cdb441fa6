using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>
/// Reads nft's language: what <c>nft list ruleset</c> prints, and files for <c>nft -f</c>. One table or command at a time, so that
/// other things may stand between them.
/// </summary>
internal sealed class NftTextReader
{
    private readonly NftTokens _tokens = new();
    private readonly TableScope _scope = new();
    private readonly RulesetDraft _ruleset;
    private readonly RuleReader _rules;
    private readonly ChainHeaderReader _headers;
    private readonly SetBodyReader _sets;
    private readonly TableBodyReader _bodies;
    private bool _isOfIptables;

    public NftTextReader(RulesetDraft ruleset)
    {
        var strings = new StringCache();
        var parts = new StatementParts(_tokens, strings, _scope);
        _ruleset = ruleset;
        _rules = new RuleReader(_tokens, new StatementReader(_tokens, strings, _scope, parts));
        _headers = new ChainHeaderReader(_tokens, _scope);
        _sets = new SetBodyReader(_tokens, parts);
        _bodies = new TableBodyReader(_tokens, _rules, _headers, _sets, ruleset);
    }

    /// <summary>A remark said that iptables-nft keeps the table that comes next.</summary>
    public void ExpectIptables() => _isOfIptables = true;

    /// <summary>Reads the table or command that begins at a place; the position behind it.</summary>
    public int Read(SourceText source, int start, int line)
    {
        _tokens.Begin(source.Bytes, start, line);
        _tokens.TryTake("nft"u8);
        if (_tokens.TryTake("table"u8))
        {
            ReadTable(source, isListed: true);
        }
        else if (_tokens.TryTake("define"u8) || _tokens.TryTake("redefine"u8))
        {
            ReadDefinition(source);
        }
        else
        {
            ReadCommand(source);
        }

        _scope.Table = null;
        return Math.Max(_tokens.PreviousEnd, start + 1);
    }

    private void ReadTable(SourceText source, bool isListed)
    {
        var where = Here(source);
        var family = TakeFamily();
        if (_tokens.TakeText() is not { } name)
        {
            _tokens.SkipStatement();
            return;
        }

        var table = isListed && _tokens.Is("{"u8) ? _ruleset.Begin(family, name, where) : _ruleset.Table(family, name, where);
        table.IsOfIptables |= _isOfIptables;
        (_scope.Table, _isOfIptables) = (table, false);
        if (_tokens.TryTake("{"u8))
        {
            _bodies.ReadTable(table, source);
        }
    }

    private TableFamily TakeFamily()
    {
        if (_tokens.Kind == NftTokenKind.Word && TableFamilyWords.Find(_tokens.Text) is { } family)
        {
            _tokens.Advance();
            return family;
        }

        return TableFamily.IPv4;
    }

    // The text up to the end of the line, in which braces may hold line breaks.
    private void ReadDefinition(SourceText source)
    {
        if (_tokens.TakeText() is not { } name || !_tokens.TryTake("="u8))
        {
            _tokens.SkipStatement();
            return;
        }

        var start = _tokens.Start;
        _tokens.SkipStatement();
        var end = Math.Max(start, _tokens.PreviousEnd);
        _tokens.Define(System.Text.Encoding.UTF8.GetBytes(name), source.Bytes.Span[start..end]);
    }

    private void ReadCommand(SourceText source)
    {
        var where = Here(source);
        var isInsert = _tokens.Is("insert"u8);
        if (!isInsert && !_tokens.TryTake("add"u8) && !_tokens.TryTake("create"u8))
        {
            _tokens.SkipStatement();
            _ruleset.Note(where with { Length = Math.Max(0, _tokens.PreviousEnd - where.Start) }, "a command that adds nothing is not carried out", ReaderNoteKind.Remark);
            return;
        }

        if (isInsert)
        {
            _tokens.Advance();
        }

        if (!TryAdd(source, where, isInsert))
        {
            _tokens.SkipStatement();
            _ruleset.Note(where, "the command could not be read: left out");
        }
    }

    private bool TryAdd(SourceText source, SourceSpan where, bool isInsert)
    {
        if (_tokens.TryTake("table"u8))
        {
            ReadTable(source, isListed: false);
            return true;
        }

        var isChain = _tokens.TryTake("chain"u8);
        var isSet = !isChain && (_tokens.TryTake("set"u8) || _tokens.TryTake("map"u8));
        var isElement = !isChain && !isSet && _tokens.TryTake("element"u8);
        var kind = isChain || isSet || isElement || _tokens.TryTake("rule"u8) ? null : _bodies.TakeObjectKind();
        var family = TakeFamily();
        if (_tokens.TakeText() is not { } tableName || _tokens.TakeText() is not { } name)
        {
            return false;
        }

        var table = _ruleset.Table(family, tableName, where);
        _scope.Table = table;
        if (isChain)
        {
            var chain = table.Chain(name, where);
            if (_tokens.TryTake("{"u8))
            {
                _bodies.ReadChain(table, chain, source);
            }
        }
        else if (isSet)
        {
            var set = table.Set(name, where);
            if (_tokens.TryTake("{"u8))
            {
                _bodies.ReadSet(table, set, source);
            }
        }
        else if (isElement)
        {
            return table.FindSet(name) is { } set && _sets.TryElements(set);
        }
        else if (kind is not null)
        {
            if (_tokens.TryTake("{"u8))
            {
                _bodies.ReadObject(table, kind, name);
            }
        }
        else
        {
            AddRule(table.Chain(name, where), source, isInsert);
        }

        return true;
    }

    private void AddRule(ChainDraft chain, SourceText source, bool isInsert)
    {
        int? index = null;
        if (_tokens.TryTake("index"u8))
        {
            index = (int?)_tokens.TakeNumber();
        }
        else if (_tokens.TryTake("handle"u8) || _tokens.TryTake("position"u8))
        {
            _tokens.TakeNumber();
        }

        var rule = _rules.Read(source);
        if (rule.Parts.Count == 0)
        {
            return;
        }

        var place = isInsert ? index ?? 0 : index is { } before ? before + 1 : chain.Rules.Count;
        chain.Rules.Insert(Math.Clamp(place, 0, chain.Rules.Count), rule);
    }

    private SourceSpan Here(SourceText source) => new(source, _tokens.Line, _tokens.Start, Math.Max(0, _tokens.Text.Length));
}
