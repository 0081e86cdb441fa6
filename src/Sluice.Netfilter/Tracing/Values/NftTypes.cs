using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>The type of what an expression yields.</summary>
internal static class NftTypes
{
    private static readonly NftType s_integer = new("integer", 32, 4, IsHostEndian: true);

    /// <summary>The type; null for concatenations, maps and what is not known.</summary>
    public static NftType? Of(NftExpression expression) => expression switch
    {
        NftExpression.Constant constant => constant.Type,
        NftExpression.Payload payload => payload.Field.Type,
        NftExpression.Meta meta => meta.Type,
        NftExpression.Conntrack ct => ct.Type,
        NftExpression.Fib fib => fib.Type,
        NftExpression.Opaque opaque => opaque.Type,
        NftExpression.NumberGenerator or NftExpression.Hash => s_integer,
        NftExpression.Bitwise bitwise => Of(bitwise.Operand),
        NftExpression.Shift shift => Of(shift.Operand),
        _ => null,
    };

    /// <summary>The types of all parts, as the key of a set; what is not known counts as a number.</summary>
    public static NftKeyType KeyOf(NftExpression expression) =>
        new(expression is NftExpression.Concatenation joined ? [.. joined.Parts.Select(p => Of(p) ?? s_integer)] : [Of(expression) ?? s_integer]);
}
