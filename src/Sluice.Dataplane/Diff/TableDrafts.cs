using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>Changes of several tables in the making, which go into one batch.</summary>
/// <param name="tables">The tables, in the order in which they change.</param>
internal sealed class TableDrafts(params IEnumerable<string> tables)
{
    private readonly List<(string Table, TableDraft Draft)> _drafts = [.. tables.Select(t => (t, new TableDraft(t)))];

    /// <summary>The changes of a table.</summary>
    public TableDraft this[string table] => _drafts.Find(d => d.Table == table).Draft;

    /// <summary>Whether nothing changes.</summary>
    public bool IsEmpty => _drafts.TrueForAll(d => d.Draft.IsEmpty);

    /// <summary>One batch of all that changes.</summary>
    public RestoreBatch ToBatch() => TableDraft.ToBatch([.. _drafts.Select(d => d.Draft)]);
}
