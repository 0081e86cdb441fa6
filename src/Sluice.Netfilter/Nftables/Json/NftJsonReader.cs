using System.Text.Json;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Json;

/// <summary>
/// Reads what <c>nft -j list ruleset</c> prints. Each rule and element is put into nft's language first, so that one grammar
/// decides what both forms mean. The document is read as a stream: only one rule or element is in memory at a time.
/// </summary>
internal sealed class NftJsonReader
{
    private readonly NftTokens _tokens = new();
    private readonly TableScope _scope = new();
    private readonly JsonWords _words = new();
    private readonly RuleDraft _draft = new();
    private readonly RulesetDraft _ruleset;
    private readonly StatementReader _statements;
    private readonly JsonSetReader _sets;
    private readonly JsonStatements _rules;
    private int _base;

    public NftJsonReader(RulesetDraft ruleset)
    {
        var strings = new StringCache();
        _ruleset = ruleset;
        var parts = new StatementParts(_tokens, strings, _scope);
        var expressions = new JsonExpressions(_words);
        _statements = new StatementReader(_tokens, strings, _scope, parts);
        _rules = new JsonStatements(_words, expressions);
        _sets = new JsonSetReader(_tokens, parts, expressions, _rules, _words, Enter, ruleset);
    }

    /// <summary>Whether a text begins with a document of <c>nft -j</c>.</summary>
    public static bool Begins(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n"u8);
        return text is [(byte)'{', ..] && text[1..].TrimStart(" \t\r\n"u8).StartsWith("\"nftables\""u8);
    }

    /// <summary>Reads the document that begins at a place; the position behind it.</summary>
    public int Read(SourceText source, int start, int line)
    {
        var text = source.Bytes.Span[start..];
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { AllowTrailingCommas = true, MaxDepth = 64 });
        var lines = new LineCount(source, start, line);
        _base = start;
        try
        {
            ReadDocument(ref reader, source, lines);
            return start + (int)reader.BytesConsumed;
        }
        catch (JsonException)
        {
            Cut(lines.At(start + (int)reader.BytesConsumed, 0));
        }
        catch (InvalidOperationException)
        {
            // Text that is not UTF-8, inside of a string.
            Cut(lines.At(start + (int)reader.BytesConsumed, 0));
        }

        return source.Bytes.Length;
    }

    private void ReadDocument(ref Utf8JsonReader reader, SourceText source, LineCount lines)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRuleset = reader.ValueTextEquals("nftables"u8);
            reader.Read();
            if (!isRuleset || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadItem(ref reader, source, lines);
            }
        }
    }

    // { "rule": { ... } }
    private void ReadItem(ref Utf8JsonReader reader, SourceText source, LineCount lines)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var kind = reader.GetString()!;
            reader.Read();
            if (kind == "add" && reader.TokenType == JsonTokenType.StartObject)
            {
                // As written for nft -j -f.
                ReadItem(ref reader, source, lines);
                continue;
            }

            var begin = _base + (int)reader.TokenStartIndex;
            if (kind is "set" or "map" && reader.TokenType == JsonTokenType.StartObject)
            {
                _sets.Read(ref reader, lines.At(begin, 0));
                continue;
            }

            using var item = JsonDocument.ParseValue(ref reader);
            if (item.RootElement.ValueKind == JsonValueKind.Object)
            {
                Add(kind, item.RootElement, lines.At(begin, _base + (int)reader.BytesConsumed - begin));
            }
        }
    }

    private void Add(string kind, JsonElement item, SourceSpan where)
    {
        if (kind == "metainfo" || TableFamilyWords.Find(JsonMembers.TextOf(item, "family")) is not { } family)
        {
            return;
        }

        var name = JsonMembers.TextOf(item, "name");
        if (kind == "table")
        {
            _scope.Table = _ruleset.Begin(family, name, where);
            _scope.Table.Comment = TextOrNull(item, "comment");
            _scope.Table.IsDormant = JsonMembers.Items(JsonMembers.Member(item, "flags")).Contains("dormant", StringComparer.Ordinal);
            return;
        }

        Enter(family, JsonMembers.TextOf(item, "table"), where);
        if (kind == "chain")
        {
            AddChain(_scope.Table!.Chain(name, where), item);
        }
        else if (kind == "rule")
        {
            AddRule(item, where);
        }
        else if (JsonObjects.Write(kind, item) is { } text)
        {
            _scope.Table!.Add(new NftObject(kind, name, text));
        }
        else
        {
            _ruleset.Note(where, $"a part of a table of the kind '{kind}' is not known: left out");
        }
    }

    private TableDraft Enter(TableFamily family, string table, SourceSpan where)
    {
        if (_scope.Table is { } open && open.Family == family && open.Name == table)
        {
            return open;
        }

        return _scope.Table = _ruleset.Table(family, table, where);
    }

    private void AddChain(ChainDraft chain, JsonElement item)
    {
        chain.Comment = TextOrNull(item, "comment");
        if (TextOrNull(item, "hook") is not { } hook || !int.TryParse(JsonMembers.TextOf(item, "prio"), out var priority))
        {
            return;
        }

        var devices = JsonMembers.Items(JsonMembers.Member(item, "dev")).ToEquatableArray();
        if (ChainHeaderReader.TryHook(chain, TextOrNull(item, "type"), hook, priority, devices))
        {
            ChainHeaderReader.SetPolicy(chain, TextOrNull(item, "policy"));
        }
        else
        {
            _ruleset.Note(chain.Source, $"where chain {chain.Name} is hooked could not be read: it counts as one that is not hooked");
        }
    }

    private void AddRule(JsonElement item, SourceSpan where)
    {
        if (JsonMembers.Member(item, "expr") is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var statement in list.EnumerateArray())
            {
                AddStatement(statement);
            }
        }

        _draft.Comment = TextOrNull(item, "comment");
        _scope.Table!.Chain(JsonMembers.TextOf(item, "chain"), where).Rules.Add(_draft.Build(where));
    }

    // A statement that is not understood is kept as it stands; those behind it are read.
    private void AddStatement(JsonElement statement)
    {
        var count = _draft.Parts.Count;
        _words.Clear();
        if (_rules.TryWrite(statement))
        {
            _tokens.Begin(_words.Written, 0, 0);
            if (_statements.TryRead(_draft) && _tokens.Kind == NftTokenKind.End)
            {
                return;
            }
        }

        _draft.CutTo(count);
        _draft.Add(statement.ValueKind == JsonValueKind.Object && JsonMembers.First(statement) is { } property
            ? new Verdict.Unknown(property.Name, property.Value.GetRawText())
            : new Verdict.Unknown("statement", statement.GetRawText()));
    }

    // Rules come last and chain by chain: those behind the cut are missing from any chain.
    private void Cut(SourceSpan where)
    {
        foreach (var table in _ruleset.OpenTables)
        {
            table.CutAll(where);
        }

        _ruleset.Note(where, "the JSON document is cut or broken here: what follows is missing", ReaderNoteKind.Truncated);
    }

    private static string? TextOrNull(JsonElement item, string member) => JsonMembers.TextOf(item, member) is { Length: > 0 } text ? text : null;
}
