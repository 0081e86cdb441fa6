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
    private readonly StatementParts _parts;
    private readonly StatementReader _statements;
    private readonly SetBodyReader _sets;
    private readonly JsonExpressions _expressions;
    private readonly JsonStatements _rules;
    private int _base;

    public NftJsonReader(RulesetDraft ruleset)
    {
        var strings = new StringCache();
        _ruleset = ruleset;
        _parts = new StatementParts(_tokens, strings, _scope);
        _statements = new StatementReader(_tokens, strings, _scope, _parts);
        _sets = new SetBodyReader(_tokens, _parts);
        _expressions = new JsonExpressions(_words);
        _rules = new JsonStatements(_words, _expressions);
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
                ReadSet(ref reader, lines.At(begin, 0));
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
        if (kind == "metainfo" || FamilyOf(JsonExpressions.TextOf(item, "family")) is not { } family)
        {
            return;
        }

        var name = JsonExpressions.TextOf(item, "name");
        if (kind == "table")
        {
            _scope.Table = _ruleset.Begin(family, name, where);
            _scope.Table.Comment = TextOrNull(item, "comment");
            _scope.Table.IsDormant = JsonStatements.Items(JsonExpressions.Member(item, "flags")).Contains("dormant", StringComparer.Ordinal);
            return;
        }

        Enter(family, JsonExpressions.TextOf(item, "table"), where);
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

    private void Enter(TableFamily family, string table, SourceSpan where)
    {
        if (_scope.Table is not { } open || open.Family != family || open.Name != table)
        {
            _scope.Table = _ruleset.Table(family, table, where);
        }
    }

    private void AddChain(ChainDraft chain, JsonElement item)
    {
        chain.Comment = TextOrNull(item, "comment");
        if (TextOrNull(item, "hook") is not { } hook || !int.TryParse(JsonExpressions.TextOf(item, "prio"), out var priority))
        {
            return;
        }

        var devices = JsonStatements.Items(JsonExpressions.Member(item, "dev")).ToEquatableArray();
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
        if (JsonExpressions.Member(item, "expr") is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var statement in list.EnumerateArray())
            {
                AddStatement(statement);
            }
        }

        _draft.Comment = TextOrNull(item, "comment");
        _scope.Table!.Chain(JsonExpressions.TextOf(item, "chain"), where).Rules.Add(_draft.Build(where));
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
        _draft.Add(statement.ValueKind == JsonValueKind.Object && JsonExpressions.First(statement) is { } property
            ? new Verdict.Unknown(property.Name, property.Value.GetRawText())
            : new Verdict.Unknown("statement", statement.GetRawText()));
    }

    private void ReadSet(ref Utf8JsonReader reader, SourceSpan where)
    {
        var header = new JsonSetHeader();
        Utf8JsonReader elements = default;
        SetDraft? set = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name != "elem")
            {
                using var value = JsonDocument.ParseValue(ref reader);
                header.Add(name, value.RootElement, _rules, _words);
                continue;
            }

            // nft writes the elements behind the types; whoever does not is read twice.
            set = Begin(header, where);
            if (set?.Key is null)
            {
                elements = reader;
                reader.Skip();
            }
            else
            {
                ReadElements(ref reader, set);
            }
        }

        set ??= Begin(header, where);
        if (set is null)
        {
            return;
        }

        Apply(header, set);
        if (elements.TokenType == JsonTokenType.StartArray)
        {
            ReadElements(ref elements, set);
        }
    }

    private SetDraft? Begin(JsonSetHeader header, SourceSpan where)
    {
        if (FamilyOf(header.Family) is not { } family || header.Name.Length == 0)
        {
            return null;
        }

        Enter(family, header.Table, where);
        var set = _scope.Table!.Set(header.Name, where);
        Apply(header, set);
        return set;
    }

    // The body's words, as a listing has them.
    private void Apply(JsonSetHeader header, SetDraft set)
    {
        _tokens.Begin(header.Written, 0, 0);
        if (_sets.Read(set) is { } problem)
        {
            _ruleset.Note(set.Source, $"of set {set.Name} {problem} could not be read: left out");
        }
    }

    private void ReadElements(ref Utf8JsonReader reader, SetDraft set)
    {
        var isSaid = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            using var element = JsonDocument.ParseValue(ref reader);
            _words.Clear();
            _expressions.WritePair(element.RootElement);
            _tokens.Begin(_words.Written, 0, 0);
            if (set.Key is { } key && _parts.Elements.Read(key, set.Data) is { } read && _tokens.Kind == NftTokenKind.End)
            {
                set.Elements.Add(read);
            }
            else if (!isSaid)
            {
                isSaid = true;
                _ruleset.Note(set.Source, $"of set {set.Name} the element '{element.RootElement.GetRawText()}' could not be read: left out");
            }
        }
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

    private static string? TextOrNull(JsonElement item, string member) => JsonExpressions.TextOf(item, member) is { Length: > 0 } text ? text : null;

    private static TableFamily? FamilyOf(string word) => TableFamilyWords.Find(System.Text.Encoding.UTF8.GetBytes(word));
}
