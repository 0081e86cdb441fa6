using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipsets;

/// <summary>
/// An ipset: a named set of addresses, ports and the like that rules of iptables ask. Equal when what was configured and the entries are, in
/// any order; what the kernel reports of itself (memory, references, the size its hash has grown to) does not count.
/// </summary>
/// <param name="Name">Its name, at most 31 bytes.</param>
/// <param name="Type">Its kind.</param>
public sealed record IpSet(string Name, IpSetType Type)
{
    private IpSetIndex? _index;

    /// <summary>The family of its addresses; null for a type that has none.</summary>
    public IPFamily? Family { get; init; }

    /// <summary>Buckets of the hash: what it began with when planned, what it has now in a dump; null for the kernel's choice (1024).</summary>
    public uint? HashSize { get; init; }

    /// <summary>How many entries a hash may have, or a list (<c>size</c>); null for the kernel's choice (65,536; 8).</summary>
    public uint? MaxEntries { get; init; }

    /// <summary>How many entries a bucket of the hash may have (<c>bucketsize</c>); null for the kernel's choice.</summary>
    public uint? BucketSize { get; init; }

    /// <summary>The number that the hash begins with (<c>initval</c>); null when not said. It does not count for equality.</summary>
    public uint? InitialValue { get; init; }

    /// <summary>The first and last entry of a bitmap, as its entries have them (<c>range</c>); null for other types.</summary>
    public (IpSetValue First, IpSetValue Last)? Range { get; init; }

    /// <summary>How many leading bits of an address count (<c>netmask</c>); null for all.</summary>
    public int? NetmaskLength { get; init; }

    /// <summary>Which bits of an address count where they need not be leading ones (<c>bitmask</c>, since Linux 6.2); null for all.</summary>
    public NetAddress? Bitmask { get; init; }

    /// <summary>Which bits of a mark count (<c>markmask</c>); null for all.</summary>
    public uint? MarkMask { get; init; }

    /// <summary>How many seconds entries live that do not say it; null when entries do not expire; 0: only those expire that say it.</summary>
    public uint? Timeout { get; init; }

    /// <summary>Whether entries count packets and bytes.</summary>
    public bool HasCounters { get; init; }

    /// <summary>Whether entries may have comments.</summary>
    public bool HasComments { get; init; }

    /// <summary>Whether entries may have a mark, a priority and a queue for packets (<c>skbinfo</c>).</summary>
    public bool HasPacketInfo { get; init; }

    /// <summary>Whether a full set drops an entry at random for a new one (<c>forceadd</c>). ipset takes it but does not print it: no dump has it.</summary>
    public bool ReplacesWhenFull { get; init; }

    /// <summary>The entries, in the order of the source.</summary>
    public EquatableArray<IpSetEntry> Entries { get; init; }

    /// <summary>Whether the source does not show all entries: a listing without members (<c>ipset list -terse</c>), or a copy that was cut.</summary>
    public bool LacksEntries { get; init; }

    /// <summary>Where it was read.</summary>
    public SourceSpan Source { get; init; }

    // "with" copies the cache too: it counts only for the set it was made of.
    /// <summary>The entries by what they are.</summary>
    internal IpSetIndex Index => _index is { } index && ReferenceEquals(index.Set, this) ? index : _index = new IpSetIndex(this);

    /// <summary>An address without the bits that do not count in this set.</summary>
    internal NetAddress Masked(NetAddress address)
    {
        var masked = NetmaskLength is { } length && length <= address.Width ? Prefix.Of(address, length).Address : address;
        return Bitmask is { } mask && mask.Family == address.Family ? masked with { Bits = masked.Bits & mask.Bits } : masked;
    }

    /// <inheritdoc/>
    public bool Equals(IpSet? other) =>
        other is not null && Name == other.Name && HasSameShape(other) && Entries.Count == other.Entries.Count &&
        new HashSet<IpSetEntry>(Entries).SetEquals(other.Entries);

    /// <summary>Whether two sets differ only in name and entries: what one holds the other can hold. Their sizes do not count.</summary>
    public bool HasSameShape(IpSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Type == other.Type && Family == other.Family && Range == other.Range && NetmaskLength == other.NetmaskLength &&
            Bitmask == other.Bitmask && MarkMask == other.MarkMask && Timeout == other.Timeout && HasCounters == other.HasCounters && HasComments == other.HasComments &&
            HasPacketInfo == other.HasPacketInfo && ReplacesWhenFull == other.ReplacesWhenFull;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Entries.Count);
}
