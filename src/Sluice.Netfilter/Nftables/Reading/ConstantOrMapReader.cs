using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads what a statement is given: a constant of a known type, an expression, or what a map has for one.</summary>
internal sealed class ConstantOrMapReader(NftTokens tokens, ValueReader values, ExpressionReader expressions, SetReferenceReader sets)
{
    /// <summary>Reads a constant of the type, or an expression that yields it; null when neither is understood.</summary>
    public NftExpression? Read(NftType type)
    {
        if (values.Read(type) is { } value)
        {
            return new NftExpression.Constant(value, type);
        }

        return ReadExpression(new NftKeyType([type]));
    }

    /// <summary>Reads an expression that yields a type, maps included; null when it is not understood.</summary>
    public NftExpression? ReadExpression(NftKeyType type)
    {
        if (expressions.Read() is not { } expression)
        {
            return null;
        }

        if (!tokens.TryTake("map"u8))
        {
            return expression;
        }

        return sets.Read(ExpressionTypes.Of(expression), type) is { } map ? new NftExpression.MapLookup(expression, map) : null;
    }
}
