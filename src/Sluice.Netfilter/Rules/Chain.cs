using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Rules;

/// <summary>A chain: a named list of rules, hooked into the packet path when it is a base chain.</summary>
/// <param name="Name">The name.</param>
/// <param name="Base">Where the kernel calls it; null for a chain that rules jump to.</param>
/// <param name="Rules">The rules in order.</param>
public sealed record Chain(string Name, BaseChain? Base, EquatableArray<Rule> Rules)
{
    private IndexOfRules? _index;

    /// <summary>Where the chain was read.</summary>
    public SourceSpan Source { get; init; }

    /// <summary>Places where a hand-made copy says that rules were left out, in order.</summary>
    public EquatableArray<ChainGap> Gaps { get; init; }

    /// <summary>Where a device calls the chain, before or after IP (nftables' <c>ingress</c> and <c>egress</c>); null elsewhere.</summary>
    public DeviceHook? Device { get; init; }

    /// <summary>The chain's comment (nftables); null without one.</summary>
    public string? Comment { get; init; }

    /// <summary>What a dump showed of packets that reached the policy; null without counters.</summary>
    public RuleCounters? PolicyCounters { get; init; }

    /// <summary>The rules by destination address: which of them can match a packet at all.</summary>
    internal ChainIndex Index
    {
        get
        {
            // "with" copies the cache too: it counts only for the rules it was made of.
            if (_index is not { } index || !index.Of.IsSame(Rules))
            {
                _index = index = new IndexOfRules(Rules, ChainIndex.Of(Rules.Span));
            }

            return index.Value;
        }
    }

    /// <summary>Equal name, base and rules; where they were read does not count, nor the comment, which <c>nft -j</c> leaves out.</summary>
    public bool Equals(Chain? other) =>
        other is not null && Name == other.Name && Base == other.Base && Device == other.Device && Rules.Equals(other.Rules);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Base, Rules);

    // One reference in each chain: of a hundred thousand chains a trace walks a dozen.
    private sealed record IndexOfRules(EquatableArray<Rule> Of, ChainIndex Value);
}

/// <summary>A place where rules were left out of a listing.</summary>
/// <param name="Before">The index of the rule that follows the gap.</param>
/// <param name="Source">The line that says so.</param>
public sealed record ChainGap(int Before, SourceSpan Source);
