using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>The tables of nftables of all sources, while they are being read, and what is said of them.</summary>
internal sealed class RulesetDraft(List<ReaderNote> notes)
{
    // Rules of one kind may be kept word for word thousands of times: each kind is said once.
    private const int MostSaid = 100;

    private readonly List<TableDraft> _tables = [];
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private int _before;

    public int Count => _tables.Count;

    /// <summary>The tables that the open source has given.</summary>
    public IEnumerable<TableDraft> OpenTables => _tables.Skip(_before);

    /// <summary>A new source begins.</summary>
    public void BeginSource() => _before = _tables.Count;

    /// <summary>The table, made when it is new.</summary>
    public TableDraft Table(TableFamily family, string name, SourceSpan where)
    {
        if (_tables.Find(t => t.Family == family && t.Name == name) is not { } table)
        {
            table = new TableDraft(family, name, where);
            _tables.Add(table);
        }

        return table;
    }

    /// <summary>Makes the table anew: the same one was listed again, in another source or further down.</summary>
    public TableDraft Begin(TableFamily family, string name, SourceSpan where)
    {
        if (_tables.FindIndex(t => t.Family == family && t.Name == name && t.IsListed) is >= 0)
        {
            Note(where, $"table {TableFamilyWords.Of(family)} {name} was already given: this one does not count", ReaderNoteKind.Conflict);
            return new TableDraft(family, name, where);
        }

        var table = Table(family, name, where);
        table.IsListed = true;
        return table;
    }

    public void Note(SourceSpan where, string message, ReaderNoteKind kind = ReaderNoteKind.NotUnderstood) =>
        notes.Add(new ReaderNote(where, message, kind));

    /// <summary>Says once what a table's rules hold that is not known.</summary>
    public void NoteUnknown(Table table)
    {
        foreach (var rule in table.Chains.SelectMany(c => c.Rules))
        {
            foreach (var part in rule.Parts)
            {
                NoteUnknown(part, rule.Source);
            }
        }
    }

    public IEnumerable<Table> Build() => _tables.Select(t => t.Build());

    private void NoteUnknown(RulePart part, SourceSpan where)
    {
        var text = part switch
        {
            Verdict.Unknown e => $"the statement '{$"{e.Name} {e.Text}".Trim()}'",
            UnknownMatch e => $"the match '{e.Text}'",
            NftMatch { Left: NftExpression.Unknown e } => $"the expression '{e.Text}'",
            NftMatch { Right: NftOperand.Expression { Other: NftExpression.Unknown e } } => $"the value '{e.Text}'",
            _ => null,
        };
        if (text is not null && _said.Count < MostSaid && _said.Add(text))
        {
            Note(where, text + " is not known: it may do anything");
        }
    }
}
