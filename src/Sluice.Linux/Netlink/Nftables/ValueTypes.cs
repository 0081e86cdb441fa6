using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>What type expressions yield, the table's maps known.</summary>
/// <param name="find">The set or map of a name; null when the table has none.</param>
internal sealed class ValueTypes(Func<string, NftSet?> find)
{
    /// <summary>The types of the value's parts.</summary>
    /// <exception cref="NftNotSupportedException">The expression cannot be written.</exception>
    internal NftKeyType Of(NftExpression expression) => expression switch
    {
        NftExpression.Bitwise e => Of(e.Operand),
        NftExpression.Shift e => Of(e.Operand),
        NftExpression.Concatenation e => new NftKeyType([.. e.Parts.SelectMany(p => Of(p).Parts)]),
        NftExpression.MapLookup e => Set(e.Set).Data ?? throw new NftNotSupportedException($"a lookup of data in the set {Set(e.Set).Name}"),
        _ => ExpressionTypes.Of(expression) ?? throw new NftNotSupportedException($"the expression {expression}"),
    };

    /// <summary>The set that is looked into.</summary>
    /// <exception cref="NftNotSupportedException">The table has none of that name.</exception>
    internal NftSet Set(NftSetReference reference) => reference switch
    {
        NftSetReference.Anonymous anonymous => anonymous.Set,
        NftSetReference.Named named => find(named.Name) ?? throw new NftNotSupportedException($"a lookup in the set {named.Name}, which the table has not,"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
