using Sluice.Net;

namespace Sluice.Netfilter.Rules;

/// <summary>All tables of a node, or of a plan.</summary>
/// <param name="Tables">The tables in the order they were read.</param>
public sealed record Ruleset(EquatableArray<Table> Tables)
{
    /// <summary>No table at all.</summary>
    public static readonly Ruleset Empty = new(default(EquatableArray<Table>));

    /// <summary>The tables of one family.</summary>
    public IEnumerable<Table> Of(IPFamily family) => Tables.Where(t => t.Family == family);

    /// <summary>The first table of that family and name; null when there is none.</summary>
    public Table? Find(IPFamily family, string name) => Tables.FirstOrDefault(t => t.Family == family && t.Name == name);
}
