using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Writing;

/// <summary>Tells of which family the addresses are that a translation's expression yields.</summary>
internal static class NatFamily
{
    /// <summary>Whether they are of IPv6: a map's data says it, or else the addresses in its key.</summary>
    public static bool IsV6(NftExpression address) => address switch
    {
        NftExpression.MapLookup { Set: NftSetReference.Anonymous { Set.Data: { } data } } => data.Parts[0] == NftType.IPv6Address,
        NftExpression.MapLookup e => IsV6(e.Key),
        NftExpression.Concatenation e => e.Parts.Any(IsV6),
        NftExpression.Payload e => e.Field.Type == NftType.IPv6Address,
        NftExpression.Conntrack e => e.Type == NftType.IPv6Address,
        NftExpression.Constant e => e.Type == NftType.IPv6Address,
        NftExpression.Bitwise e => IsV6(e.Operand),
        _ => false,
    };
}
