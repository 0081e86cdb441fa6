using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables;

/// <summary>One value for what means the same: every reader of nftables makes its comparisons and bit operations here.</summary>
public static class NftNormalForm
{
    /// <summary>A value under a mask, then flipped. Several such steps are one, and one that changes nothing is none.</summary>
    /// <param name="operand">The value.</param>
    /// <param name="and">The bits that stay.</param>
    /// <param name="xor">The bits that flip.</param>
    public static NftExpression Bitwise(NftExpression operand, NftValue and, NftValue xor)
    {
        if (operand is NftExpression.Bitwise inner)
        {
            xor = NftBits.Xor(NftBits.And(inner.Xor, and), xor);
            (operand, and) = (inner.Operand, NftBits.And(inner.And, and));
        }

        var isIdentity = NftBits.IsZero(xor) && ExpressionTypes.Single(operand) is { } type && and == NftBits.Ones(type);
        return isIdentity ? operand : new NftExpression.Bitwise(operand, and, xor);
    }

    /// <summary>Whether a value lies between two. The highest bits of an address or mark are a prefix, so a range; a test of flags against zero asks for any bit.</summary>
    /// <param name="left">What is compared.</param>
    /// <param name="first">The lowest value.</param>
    /// <param name="last">The highest value, included.</param>
    /// <param name="isInverted">Whether it must lie outside.</param>
    public static NftMatch Between(NftExpression left, NftValue first, NftValue last, bool isInverted)
    {
        var type = ExpressionTypes.Single(left);
        if (type == NftTypes.Boolean && isInverted && first == last)
        {
            var other = NftValue.Of(1 - first.ToNumber(), 1);
            return new NftMatch(left, new NftOperand.Values(other, other), Inverted: false);
        }

        if (type is not null && first == last && left is NftExpression.Bitwise masked && NftBits.IsZero(masked.Xor))
        {
            if (NftTypes.HasPrefixes(type) && NftBits.IsPrefixMask(masked.And) && NftBits.And(first, masked.And) == first)
            {
                var highest = NftBits.Or(first, NftBits.Not(masked.And, type));
                return new NftMatch(masked.Operand, new NftOperand.Values(first, highest), isInverted);
            }

            if (NftTypes.IsBitmask(type) && NftBits.IsZero(first))
            {
                return AnyBit(masked.Operand, masked.And, !isInverted);
            }
        }

        return new NftMatch(left, new NftOperand.Values(first, last), isInverted);
    }

    /// <summary>Whether any of some bits is set.</summary>
    /// <param name="left">What is compared.</param>
    /// <param name="bits">The bits.</param>
    /// <param name="isInverted">Whether none may be set.</param>
    public static NftMatch AnyBit(NftExpression left, NftValue bits, bool isInverted) => new(left, new NftOperand.AnyBit(bits), isInverted);
}
