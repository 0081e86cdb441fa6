using System.Text.Json;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Json;

/// <summary>Reads a set or map of <c>nft -j</c>, one element at a time: maps may hold hundreds of thousands.</summary>
internal sealed class JsonSetReader(
    NftTokens tokens,
    StatementParts parts,
    JsonExpressions expressions,
    JsonStatements statements,
    JsonWords words,
    Func<TableFamily, string, SourceSpan, TableDraft> enter,
    RulesetDraft ruleset)
{
    private readonly SetBodyReader _bodies = new(tokens, parts);

    /// <summary>Reads a set from its opening brace on.</summary>
    public void Read(ref Utf8JsonReader reader, SourceSpan where)
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
                header.Add(name, value.RootElement, statements, words);
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
        if (TableFamilyWords.Find(header.Family) is not { } family || header.Name.Length == 0)
        {
            return null;
        }

        var set = enter(family, header.Table, where).Set(header.Name, where);
        Apply(header, set);
        return set;
    }

    // The body's words, as a listing has them.
    private void Apply(JsonSetHeader header, SetDraft set)
    {
        tokens.Begin(header.Written, 0, 0);
        if (_bodies.Read(set) is { } problem)
        {
            ruleset.Note(set.Source, $"of set {set.Name} {problem} could not be read: left out");
        }
    }

    private void ReadElements(ref Utf8JsonReader reader, SetDraft set)
    {
        var isSaid = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            using var element = JsonDocument.ParseValue(ref reader);
            words.Clear();
            expressions.WritePair(element.RootElement);
            tokens.Begin(words.Written, 0, 0);
            if (set.Key is { } key && parts.Elements.Read(key, set.Data) is { } read && tokens.Kind == NftTokenKind.End)
            {
                set.Elements.Add(read);
            }
            else if (!isSaid)
            {
                isSaid = true;
                ruleset.Note(set.Source, $"of set {set.Name} the element '{element.RootElement.GetRawText()}' could not be read: left out");
            }
        }
    }
}
