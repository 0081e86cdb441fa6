namespace Sluice.Netfilter.Rules.Sets;

/// <summary>
/// An element of a set or map: one key, or all keys between two (of a concatenation, each part on its own). Equal when keys, data,
/// verdict, comment and timeout are; what it counted and when it expires does not count.
/// </summary>
/// <param name="First">The key, or the lowest.</param>
/// <param name="Last">The key again, or the highest, included.</param>
public sealed record SetElement(NftValue First, NftValue Last)
{
    private readonly Extras? _extras;

    /// <summary>In a map to values: what the key stands for.</summary>
    public NftValue? Data { get; init; }

    /// <summary>In a map to verdicts: what the key stands for.</summary>
    public Verdict? Verdict { get; init; }

    /// <summary>Its comment; null without one.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether it stands for every key that no other element has (<c>*</c>); both keys are then empty.</summary>
    public bool IsCatchAll { get; init; }

    /// <summary>How long it lives; null for the set's own timeout, or for ever.</summary>
    public TimeSpan? Timeout
    {
        get => _extras?.Timeout;
        init => _extras = (_extras ?? Extras.None) with { Timeout = value };
    }

    /// <summary>How long it still had to live when the dump was made; null without a timeout.</summary>
    public TimeSpan? Expires
    {
        get => _extras?.Expires;
        init => _extras = (_extras ?? Extras.None) with { Expires = value };
    }

    /// <summary>What it has counted; null without a counter.</summary>
    public RuleCounters? Counters
    {
        get => _extras?.Counters;
        init => _extras = (_extras ?? Extras.None) with { Counters = value };
    }

    /// <summary>Whether it has one key only.</summary>
    public bool IsSingle => First == Last;

    /// <inheritdoc/>
    public bool Equals(SetElement? other) =>
        other is not null && First == other.First && Last == other.Last && Data == other.Data && Equals(Verdict, other.Verdict) &&
        Comment == other.Comment && IsCatchAll == other.IsCatchAll && Timeout == other.Timeout;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(First, Last);

    // Apart, because hardly any element has them and dumps hold hundreds of thousands.
    private sealed record Extras(TimeSpan? Timeout, TimeSpan? Expires, RuleCounters? Counters)
    {
        public static readonly Extras None = new(null, null, null);
    }
}
