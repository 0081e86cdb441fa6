using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipsets;

/// <summary>A set while it is read.</summary>
internal sealed class IpSetDraft(string name, IpSetType type, SourceSpan source)
{
    /// <summary>What is known of the set, without its entries.</summary>
    public IpSet Shape { get; set; } = new(name, type)
    {
        Family = type.HasFamily ? IPFamily.IPv4 : null,
        Source = source,
    };

    public List<IpSetEntry> Entries { get; } = [];

    /// <summary>How many entries the listing says the set has; null when it does not say.</summary>
    public long? Announced { get; set; }

    /// <summary>How many entries the listing has shown, those that could not be read as well.</summary>
    public int Shown { get; set; }

    /// <summary>Whether the entries were to follow (<c>Members:</c>); a terse listing ends before.</summary>
    public bool ShowsMembers { get; set; }

    /// <summary>Whether entries are missing, be it only one that could not be read.</summary>
    public bool LacksEntries { get; set; }

    /// <summary>Whether the source ends, or goes on with something else, before all entries were shown.</summary>
    public bool IsCut =>
        ShowsMembers
            ? Announced > Shown && Shape.Timeout is null // The kernel counts entries whose time is over, and does not list them.
            : Announced is not 0;

    public IpSet Build() => Shape with { Entries = Distinct(), LacksEntries = LacksEntries || IsCut };

    // A script may add an entry again, to change what it says: the last one counts.
    private EquatableArray<IpSetEntry> Distinct()
    {
        var places = new Dictionary<EquatableArray<IpSetValue>, int>(Entries.Count);
        var entries = new List<IpSetEntry>(Entries.Count);
        foreach (var entry in Entries)
        {
            if (places.TryAdd(entry.Values, entries.Count))
            {
                entries.Add(entry);
            }
            else
            {
                entries[places[entry.Values]] = entry;
            }
        }

        return entries.ToEquatableArray();
    }
}
