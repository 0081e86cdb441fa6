using Sluice.Netfilter.Nftables.Json;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter;

/// <summary>Finds what is of nftables in a source, and hands it to its readers.</summary>
internal sealed class NftFeed
{
    private readonly RulesetDraft _ruleset;
    private readonly NftTextReader _text;
    private readonly NftJsonReader _json;
    private readonly List<ReaderNote> _notes;

    public NftFeed(List<ReaderNote> notes)
    {
        _notes = notes;
        _ruleset = new RulesetDraft(notes);
        _text = new NftTextReader(_ruleset);
        _json = new NftJsonReader(_ruleset);
    }

    /// <summary>A new source begins.</summary>
    public void BeginSource() => _ruleset.BeginSource();

    /// <summary>Reads the table, command or document that begins in a line; the position behind it, 0 when none does.</summary>
    public int TryRead(SourceText source, int start, int line)
    {
        var rest = source.Bytes.Span[start..];
        if (rest[0] is (byte)'{' or (byte)' ' or (byte)'\t' && NftJsonReader.Begins(rest))
        {
            return _json.Read(source, start, line);
        }

        var length = rest.IndexOf((byte)'\n');
        var end = start + (length < 0 ? rest.Length : length);
        switch (NftLines.Of(rest[..(end - start)]))
        {
            case NftLine.Text:
                return _text.Read(source, start, line);
            case NftLine.Shell:
                var command = NftLines.Unquoted(rest[..(end - start)]);
                _text.Read(new SourceText(source.Name, command), 0, line);
                return end;
            default:
                return 0;
        }
    }

    /// <summary>Takes a remark of nft between the tables; false when it is none.</summary>
    public bool TryRemark(ReadOnlySpan<byte> line)
    {
        // nft 1.0.3 and newer write it before a table that iptables-nft keeps.
        var isWarning = line.StartsWith("# Warning: table "u8) && line.IndexOf("is managed by iptables-nft"u8) > 0;
        if (isWarning)
        {
            _text.ExpectIptables();
        }

        return isWarning;
    }

    /// <summary>The tables of iptables with those of nftables behind them; what both show counts once.</summary>
    public Ruleset AddTo(Ruleset iptables)
    {
        var tables = iptables.Tables.ToList();
        foreach (var table in _ruleset.Build())
        {
            var known = table.Backend == TableBackend.Nft
                ? tables.FindIndex(t => t.Family == table.Family && t.Name == table.Name && t.Backend is TableBackend.Nft or TableBackend.Unknown)
                : -1;
            if (known < 0)
            {
                tables.Add(table);
                _ruleset.NoteUnknown(table);
                if (table.Backend == TableBackend.Nft)
                {
                    _notes.Add(new ReaderNote(
                        table.Source,
                        $"nft shows table {table.Name} of iptables-nft only in part: give what {(table.Family == TableFamily.IPv6 ? "ip6tables" : "iptables")}-save prints too",
                        ReaderNoteKind.NotUnderstood));
                }

                continue;
            }

            _notes.Add(new ReaderNote(
                table.Source,
                $"table {table.Name} is one of iptables-nft, which {tables[known].Source} shows too: read from there",
                ReaderNoteKind.Remark));
        }

        return new Ruleset(new Net.EquatableArray<Table>([.. tables]));
    }
}
