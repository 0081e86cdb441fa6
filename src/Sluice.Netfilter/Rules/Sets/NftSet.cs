using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Rules.Sets;

/// <summary>What a set can do (NFT_SET_* in linux/netfilter/nf_tables.h).</summary>
[Flags]
public enum NftSetFlags
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>It never changes (<c>constant</c>).</summary>
    Constant = 1,

    /// <summary>Its elements may be ranges (<c>interval</c>).</summary>
    Interval = 2,

    /// <summary>Its elements may expire (<c>timeout</c>).</summary>
    Timeout = 4,

    /// <summary>Rules add elements (<c>dynamic</c>).</summary>
    Dynamic = 8,
}

/// <summary>
/// A named set of a table, or a map when its elements stand for something. Equal when all is but what was counted, where it was
/// read, and what <c>nft -j</c> leaves out: that rules add elements, and how <c>nft</c> merges ranges.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="Key">The type of its keys.</param>
/// <param name="Elements">The elements in the order of their keys: what is read in another order must be sorted.</param>
public sealed record NftSet(string Name, NftKeyType Key, EquatableArray<SetElement> Elements)
{
    private (EquatableArray<SetElement> Of, NftSetIndex Index)? _index;

    /// <summary>The type of what the keys stand for; null for a set.</summary>
    public NftKeyType? Data { get; init; }

    /// <summary>What it can do.</summary>
    public NftSetFlags Flags { get; init; }

    /// <summary>How long elements live that do not say it; null for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often expired elements are taken out; null for the kernel's choice.</summary>
    public TimeSpan? GcInterval { get; init; }

    /// <summary>How many elements it may have; null for any number.</summary>
    public uint? Size { get; init; }

    /// <summary>Whether <c>nft</c> merges neighbouring ranges.</summary>
    public bool AutoMerge { get; init; }

    /// <summary>Its comment; null without one.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether each element counts packets and bytes.</summary>
    public bool HasCounters { get; init; }

    /// <summary>What else happens to an element that a packet finds, in nft's words (<c>limit rate 10/second</c>); null for nothing.</summary>
    public string? ElementStatement { get; init; }

    /// <summary>Where it was read.</summary>
    public SourceSpan Source { get; init; }

    /// <summary>The element that has the key or whose range holds it, else the one for all other keys; null when there is none.</summary>
    /// <param name="key">The key, as wide as the type of the keys.</param>
    public SetElement? Find(NftValue key)
    {
        // "with" copies the cache too: it counts only for the elements it was made of.
        if (_index is not { } index || !index.Of.IsSame(Elements))
        {
            _index = index = (Elements, new NftSetIndex(Key, Elements.Span));
        }

        return index.Index.Find(key);
    }

    /// <inheritdoc/>
    public bool Equals(NftSet? other) =>
        other is not null && Name == other.Name && Key == other.Key && Data == other.Data &&
        (Flags | NftSetFlags.Dynamic) == (other.Flags | NftSetFlags.Dynamic) && Timeout == other.Timeout &&
        GcInterval == other.GcInterval && Size == other.Size && Comment == other.Comment && HasCounters == other.HasCounters &&
        ElementStatement == other.ElementStatement && Elements.Equals(other.Elements);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Key, Data, Elements.Count);
}
