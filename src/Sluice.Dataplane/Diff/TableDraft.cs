using Sluice.Dataplane.Planning;
using Sluice.Net;
using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>Changes of one table in the making.</summary>
/// <param name="table">The table's name.</param>
internal sealed class TableDraft(string table)
{
    private readonly SortedSet<string> _emptied = new(StringComparer.Ordinal);
    private readonly List<RestoreCommand> _commands = [];
    private readonly List<string> _removed = [];

    /// <summary>Whether nothing changes.</summary>
    public bool IsEmpty => _emptied.Count == 0 && _commands.Count == 0;

    /// <summary>Makes a chain what is planned, whether or not it is there.</summary>
    public void Write(PlannedChain chain)
    {
        Empty(chain.Name);
        foreach (var rule in chain.Rules)
        {
            Append(chain.Name, rule);
        }
    }

    /// <summary>Makes a chain, or empties it.</summary>
    public void Empty(string chain) => _emptied.Add(chain);

    /// <summary>Removes a chain.</summary>
    public void Remove(string chain)
    {
        _emptied.Add(chain);
        _removed.Add(chain);
    }

    /// <summary>Adds a rule at a chain's end.</summary>
    public void Append(string chain, string rule) => _commands.Add(new RestoreCommand(RestoreVerb.Append, chain, rule));

    /// <summary>Adds a rule so that it gets a number, from 1.</summary>
    public void Insert(string chain, string rule, int position) => _commands.Add(new RestoreCommand(RestoreVerb.Insert, chain, rule, position));

    /// <summary>Removes the first rule of a chain that is equal.</summary>
    public void Delete(string chain, string rule) => _commands.Add(new RestoreCommand(RestoreVerb.Delete, chain, rule));

    /// <summary>The changes.</summary>
    public TableChanges ToChanges() => new(table)
    {
        Emptied = _emptied.ToEquatableArray(),
        Commands = _commands.ToEquatableArray(),
        Removed = _removed.ToEquatableArray(),
    };

    /// <summary>One batch of those drafts that change something, in order.</summary>
    public static RestoreBatch ToBatch(params ReadOnlySpan<TableDraft> drafts)
    {
        var tables = new List<TableChanges>(drafts.Length);
        foreach (var draft in drafts)
        {
            if (!draft.IsEmpty)
            {
                tables.Add(draft.ToChanges());
            }
        }

        return new RestoreBatch(tables.ToEquatableArray());
    }
}
