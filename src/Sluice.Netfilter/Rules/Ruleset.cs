using Sluice.Net;

namespace Sluice.Netfilter.Rules;

/// <summary>All tables of a node, or of a plan.</summary>
/// <param name="Tables">The tables in the order they were read.</param>
public sealed record Ruleset(EquatableArray<Table> Tables)
{
    /// <summary>No table at all.</summary>
    public static readonly Ruleset Empty = new(default(EquatableArray<Table>));

    /// <summary>The tables that packets of a family pass, those of <c>inet</c> among them.</summary>
    public IEnumerable<Table> Of(IPFamily family) => Tables.Where(t => t.Family.Covers(family));

    /// <summary>The iptables table of that family and name, whichever variant wrote it; null when there is none.</summary>
    public Table? Find(IPFamily family, string name) => Find(TableFamilies.Of(family), name);

    /// <summary>The iptables table of that family and name, whichever variant wrote it; null when there is none.</summary>
    public Table? Find(TableFamily family, string name) => Tables.FirstOrDefault(t =>
        t.Family == family && t.Name == name && t.Backend != TableBackend.Nftables);

    /// <summary>The nftables table of that family and name; null when there is none.</summary>
    public Table? FindNative(TableFamily family, string name) => Tables.FirstOrDefault(t =>
        t.Family == family && t.Name == name && t.Backend == TableBackend.Nftables);
}
