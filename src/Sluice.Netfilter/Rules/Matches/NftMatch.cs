using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Tracing;
using Sluice.Netfilter.Tracing.Values;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>
/// A comparison of nftables: whether a value is among others. <c>&lt;</c>, <c>&gt;</c>, prefixes and wildcards of names are ranges
/// of values, so that the same condition written in other words is the same value.
/// </summary>
/// <param name="Left">What is compared.</param>
/// <param name="Right">With what.</param>
/// <param name="Inverted">Whether it matches when it is not among them (<c>!=</c>).</param>
public sealed record NftMatch(NftExpression Left, NftOperand Right, bool Inverted) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => NftTest.Of(this, packet);
}

/// <summary>What a comparison of nftables compares with.</summary>
public abstract record NftOperand
{
    private NftOperand()
    {
    }

    /// <summary>One value, or all between two.</summary>
    /// <param name="First">The value, or the lowest.</param>
    /// <param name="Last">The value again, or the highest, included.</param>
    public sealed record Values(NftValue First, NftValue Last) : NftOperand;

    /// <summary>The keys of a set, named or the rule's own.</summary>
    /// <param name="Set">The set.</param>
    public sealed record InSet(NftSetReference Set) : NftOperand;

    /// <summary>Any of these bits is set: how <c>ct state established,related</c> and <c>tcp flags syn</c> are meant.</summary>
    /// <param name="Bits">The bits.</param>
    public sealed record AnyBit(NftValue Bits) : NftOperand;

    /// <summary>Another value of the packet.</summary>
    /// <param name="Other">The value.</param>
    public sealed record Expression(NftExpression Other) : NftOperand;
}
