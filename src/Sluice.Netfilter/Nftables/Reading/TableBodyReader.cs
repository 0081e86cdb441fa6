using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads what stands in the braces of tables, chains and objects.</summary>
internal sealed class TableBodyReader(NftTokens tokens, RuleReader rules, ChainHeaderReader headers, SetBodyReader sets, RulesetDraft ruleset)
{
    private static readonly string[] s_objects = ["counter", "quota", "limit", "secmark", "synproxy", "flowtable"];

    /// <summary>Reads a table up to its closing brace.</summary>
    public void ReadTable(TableDraft table, SourceText source)
    {
        while (true)
        {
            tokens.SkipSeparators();
            if (tokens.Kind == NftTokenKind.End)
            {
                Cut(table, chain: null, source);
                return;
            }

            if (tokens.TryTake("}"u8))
            {
                return;
            }

            ReadItem(table, source);
        }
    }

    /// <summary>Reads a chain up to its closing brace.</summary>
    public void ReadChain(TableDraft table, ChainDraft chain, SourceText source)
    {
        while (true)
        {
            tokens.SkipSeparators();
            if (tokens.Kind == NftTokenKind.End)
            {
                Cut(table, chain, source);
                return;
            }

            if (tokens.TryTake("}"u8))
            {
                return;
            }

            ReadChainLine(chain, source);
        }
    }

    /// <summary>Reads a set or map up to its closing brace.</summary>
    public void ReadSet(TableDraft table, SetDraft set, SourceText source)
    {
        var where = Here(source);
        if (sets.Read(set) is { } problem)
        {
            ruleset.Note(set.Source, $"of set {set.Name} {problem} could not be read: left out");
        }

        if (tokens.Kind == NftTokenKind.End)
        {
            table.Cut(chain: null, where);
        }
    }

    /// <summary>Reads an object up to its closing brace: its words, line by line, always spaced alike.</summary>
    public void ReadObject(TableDraft table, string kind, string name)
    {
        var lines = new List<string>();
        while (true)
        {
            tokens.SkipSeparators();
            if (tokens.Kind == NftTokenKind.End || tokens.TryTake("}"u8))
            {
                break;
            }

            if (ReadObjectLine() is { Length: > 0 } line)
            {
                lines.Add(line);
            }
        }

        table.Add(new NftObject(kind, name, string.Join("; ", lines)));
    }

    /// <summary>The kind of object that the word begins, taken; null when it begins none.</summary>
    public string? TakeObjectKind()
    {
        foreach (var kind in s_objects)
        {
            if (tokens.TryTake(Encoding.UTF8.GetBytes(kind)))
            {
                return kind;
            }
        }

        return tokens.TryTake("ct"u8) ? $"ct {tokens.TakeText()}" : null;
    }

    private void ReadItem(TableDraft table, SourceText source)
    {
        var where = Here(source);
        if (tokens.TryTake("chain"u8))
        {
            if (TakeName() is { } name)
            {
                ReadChain(table, table.Chain(name, where), source);
            }
        }
        else if (tokens.Is("set"u8) || tokens.Is("map"u8))
        {
            tokens.Advance();
            if (TakeName() is { } name)
            {
                ReadSet(table, table.Set(name, where), source);
            }
        }
        else if (tokens.TryTake("comment"u8))
        {
            table.Comment = tokens.TakeText();
        }
        else if (tokens.TryTake("flags"u8))
        {
            ReadFlags(table);
        }
        else if (TakeObjectKind() is { } kind)
        {
            if (TakeName() is { } name)
            {
                ReadObject(table, kind, name);
            }
        }
        else
        {
            tokens.SkipStatement();
            ruleset.Note(where, "a part of a table that is not known: left out");
            if (tokens.Start == where.Start)
            {
                tokens.Advance();
            }
        }
    }

    // The name and the brace behind it; what has none is left out.
    private string? TakeName()
    {
        var name = tokens.TakeText();
        if (name is not null && tokens.TryTake("{"u8))
        {
            return name;
        }

        tokens.SkipStatement();
        return null;
    }

    private void ReadFlags(TableDraft table)
    {
        do
        {
            table.IsDormant |= tokens.TakeText() == "dormant";
        }
        while (tokens.TryTake(","u8));
    }

    private void ReadChainLine(ChainDraft chain, SourceText source)
    {
        if (tokens.TryTake("type"u8))
        {
            if (!headers.TryRead(chain))
            {
                ruleset.Note(chain.Source, $"where chain {chain.Name} is hooked could not be read: it counts as one that is not hooked");
                tokens.SkipStatement();
            }
        }
        else if (tokens.TryTake("policy"u8))
        {
            ChainHeaderReader.SetPolicy(chain, tokens.TakeText());
        }
        else if (tokens.TryTake("comment"u8))
        {
            chain.Comment = tokens.TakeText();
        }
        else if (tokens.Is("flags"u8) || tokens.Is("devices"u8) || tokens.Is("device"u8))
        {
            tokens.SkipStatement();
        }
        else
        {
            var rule = rules.Read(source);
            if (rule.Parts.Count == 0)
            {
                tokens.Advance();
                return;
            }

            chain.Rules.Add(rule);
        }
    }

    // What was counted is left out, and priorities are numbers.
    private string ReadObjectLine()
    {
        var text = new StringBuilder();
        var depth = 0;
        while (tokens.Kind != NftTokenKind.End && (depth > 0 || (!tokens.IsEnd && !tokens.Is("}"u8))))
        {
            if (tokens.Is("packets"u8) && text.Length == 0)
            {
                tokens.SkipStatement();
                break;
            }

            if (tokens.TryTake("used"u8))
            {
                tokens.TakeNumber();
                tokens.TakeText();
                continue;
            }

            if (tokens.TryTake("priority"u8))
            {
                text.Append(" priority ").Append(headers.ReadPriority(TableFamily.IPv4) ?? 0);
                continue;
            }

            depth += tokens.Is("}"u8) ? -1 : 0;
            if (tokens.Kind != NftTokenKind.Separator)
            {
                StatementWords.Append(text, tokens, depth > 0);
            }

            depth += tokens.Is("{"u8) ? 1 : 0;
            tokens.Advance();
        }

        return text.ToString().Trim();
    }

    private void Cut(TableDraft table, ChainDraft? chain, SourceText source)
    {
        var where = Here(source);
        table.Cut(chain, where);
        ruleset.Note(
            where,
            $"table {TableFamilyWords.Of(table.Family)} {table.Name} ends without its closing brace: the dump is cut, rules after this line are missing",
            ReaderNoteKind.Truncated);
    }

    private SourceSpan Here(SourceText source) => new(source, tokens.Line, tokens.Start, Math.Max(0, tokens.PreviousEnd - tokens.Start));
}
