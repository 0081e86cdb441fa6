using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter;

/// <summary>The readers of everything that a snapshot is made of, and what they have read of all sources.</summary>
internal sealed class SnapshotFeeds(List<ReaderNote> notes, string? table)
{
    public DumpReader Dump { get; } = new(notes, table);

    public RoutingFeed Routing { get; } = new();

    public NftFeed Nftables { get; } = new(notes);

    public IpsetFeed Ipsets { get; } = new(notes);

    public IpvsFeed Ipvs { get; } = new(notes);

    /// <summary>Forgets where the last source stood.</summary>
    public void BeginSource()
    {
        Dump.BeginSource();
        Routing.BeginSource();
        Nftables.BeginSource();
        EndListings();
    }

    /// <summary>Lines of iptables have come: what was listed before them ends.</summary>
    public void EndListings()
    {
        Routing.End();
        Ipsets.End();
        Ipvs.End();
    }

    /// <summary>The node, of all sources.</summary>
    public NodeSnapshot Build()
    {
        EndListings();
        var snapshot = new NodeSnapshot(Nftables.AddTo(Dump.Build()))
        {
            Interfaces = Routing.Interfaces,
            Routing = Routing.Routing,
            Ipsets = Ipsets.Build(),
            Ipvs = Ipvs.Build(),
        };
        notes.AddRange(Routing.Notes);
        return snapshot;
    }
}
