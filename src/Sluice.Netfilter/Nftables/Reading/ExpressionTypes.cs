using Sluice.Net;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>What type expressions yield.</summary>
internal static class ExpressionTypes
{
    // What stands for a drawn number in the key of a set, and so wherever one is drawn.
    private static readonly NftKeyType s_drawn = new([NftType.Mark]);

    /// <summary>The type; null when only the table's maps can tell, or it is not known.</summary>
    public static NftKeyType? Of(NftExpression expression) => expression switch
    {
        NftExpression.Constant e => new NftKeyType([e.Type]),
        NftExpression.Payload e => new NftKeyType([e.Field.Type]),
        NftExpression.Meta e => new NftKeyType([e.Type]),
        NftExpression.Conntrack e => new NftKeyType([e.Type]),
        NftExpression.Fib e => new NftKeyType([e.Type]),
        NftExpression.Opaque e => new NftKeyType([e.Type]),
        NftExpression.NumberGenerator or NftExpression.Hash => s_drawn,
        NftExpression.Bitwise e => Of(e.Operand),
        NftExpression.Shift e => Of(e.Operand),
        NftExpression.Concatenation e => OfParts(e.Parts),
        NftExpression.MapLookup { Set: NftSetReference.Anonymous map } => map.Set.Data,
        _ => null,
    };

    /// <summary>The type of one value; null when it is not known or there are several.</summary>
    public static NftType? Single(NftExpression expression) => Of(expression) is { Parts: [var type] } ? type : null;

    private static NftKeyType? OfParts(EquatableArray<NftExpression> parts)
    {
        var types = new List<NftType>();
        foreach (var part in parts)
        {
            if (Of(part) is not { } type)
            {
                return null;
            }

            types.AddRange(type.Parts);
        }

        return new NftKeyType(types.ToEquatableArray());
    }
}
