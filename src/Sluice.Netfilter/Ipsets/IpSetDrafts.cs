using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipsets;

/// <summary>The sets that were found in all sources, and how they become one table.</summary>
internal sealed class IpSetDrafts(List<ReaderNote> notes)
{
    private readonly List<IpSetDraft> _drafts = [];
    private readonly Dictionary<string, IpSetDraft> _latest = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    /// <summary>Whether the sources hold nothing of ipset, not even an empty listing.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Something of ipset was seen.</summary>
    public void Seen() => IsEmpty = false;

    /// <summary>A set begins.</summary>
    public IpSetDraft Begin(string name, IpSetType type, SourceSpan source)
    {
        var draft = new IpSetDraft(name, type, source);
        _drafts.Add(draft);
        _latest[name] = draft;
        Seen();
        return draft;
    }

    /// <summary>The set of this name that began last; null when none did.</summary>
    public IpSetDraft? Find(string name) => _latest.GetValueOrDefault(name);

    /// <summary>Gives a set its options, or says what of them cannot be read.</summary>
    public void ReadOptions(IpSetDraft draft, ReadOnlySpan<byte> options, SourceSpan span)
    {
        draft.Shape = IpSetOptions.Read(draft.Shape, new SetWords(options), out var problem);
        if (problem is not null)
        {
            Note(span, problem);
        }
    }

    /// <summary>Adds what a line says is in a set, or says what is wrong with the line.</summary>
    public void AddEntries(IpSetDraft draft, ReadOnlySpan<byte> text, SourceSpan span)
    {
        draft.Shown++;
        var entries = EntryReader.Read(draft.Shape, text, out var problem);
        if (entries is null)
        {
            draft.LacksEntries = true;
            Note(span, $"not understood as an entry of set {draft.Shape.Name}, which is {draft.Shape.Type}: left out");
            return;
        }

        draft.Entries.AddRange(entries);
        if (problem is not null)
        {
            Note(span, $"entry of set {draft.Shape.Name}: {problem}");
        }
    }

    /// <summary>An entry came whose set is not in the sources: said once for each.</summary>
    public void NoteUnknown(string name, SourceSpan span)
    {
        if (_unknown.Count < 100 && _unknown.Add(name))
        {
            Note(span, $"set {name} is not made in the sources: its entries are not read");
        }
    }

    public void Note(SourceSpan span, string message, ReaderNoteKind kind = ReaderNoteKind.NotUnderstood) => notes.Add(new ReaderNote(span, message, kind));

    /// <summary>The sets. One that was shown several times counts once: from where all its entries are, or else from the first place.</summary>
    public IpSetTable Build()
    {
        var sets = new List<(IpSet Set, IpSetDraft Draft)>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var draft in _drafts)
        {
            var set = draft.Build();
            if (places.TryAdd(set.Name, sets.Count))
            {
                sets.Add((set, draft));
                continue;
            }

            var known = sets[places[set.Name]].Set;
            if (known.LacksEntries && !set.LacksEntries)
            {
                sets[places[set.Name]] = (set, draft);
            }
            else if (!set.LacksEntries && !known.Equals(set))
            {
                Note(set.Source, $"set {set.Name} was already given at {known.Source}, with other contents; these do not count", ReaderNoteKind.Conflict);
            }
        }

        NoteMissing(sets);
        return new IpSetTable(sets.Select(s => s.Set).ToEquatableArray());
    }

    private void NoteMissing(List<(IpSet Set, IpSetDraft Draft)> sets)
    {
        var cut = sets.FindAll(s => s.Draft.IsCut);
        foreach (var (set, draft) in cut.Where(s => s.Draft.ShowsMembers || s.Draft.Announced is null))
        {
            var missing = draft.Announced is { } count ? $"has {count} entries, but {draft.Shown} are shown" : "ends before its entries";
            Note(set.Source, $"set {set.Name} {missing}: the copy is cut", ReaderNoteKind.Truncated);
        }

        var terse = cut.FindAll(s => !s.Draft.ShowsMembers && s.Draft.Announced is not null);
        if (terse is [var (first, _), ..])
        {
            var others = terse.Count == 1 ? " is" : $" and {terse.Count - 1} more are";
            Note(first.Source, $"set {first.Name}{others} shown without entries (ipset list -terse): give what ipset save prints", ReaderNoteKind.RulesCut);
        }
    }
}
