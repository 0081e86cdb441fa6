using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads how rules change sets: <c>add @s { ip saddr timeout 1h }</c>, and the older <c>meter</c>.</summary>
internal sealed class SetChangeReader(
    NftTokens tokens, ExpressionReader expressions, ConstantOrMapReader givens, ConditionReader conditions, TableScope scope)
{
    /// <summary>Reads the rest, from the set's name on; false when it is not understood.</summary>
    public bool TryRead(SetOperation operation, RuleDraft rule)
    {
        var name = tokens.TakeReference();
        return name is not null && TryElement(new ChangeSet(operation, name, NoKey, null, null), rule);
    }

    /// <summary>Reads what follows <c>meter</c>; false when it is not understood.</summary>
    public bool TryMeter(RuleDraft rule)
    {
        if (tokens.TakeText() is not { } name)
        {
            return false;
        }

        var size = tokens.TryTake("size"u8) ? tokens.TakeNumber() ?? 0 : 0;
        return TryElement(new ChangeSet(SetOperation.Update, name, NoKey, null, null) { MeterSize = (uint)size }, rule);
    }

    private static NftExpression NoKey { get; } = new NftExpression.Unknown("");

    private bool TryElement(ChangeSet change, RuleDraft rule)
    {
        if (!tokens.TryTake("{"u8) || expressions.Read() is not { } key)
        {
            return false;
        }

        change = change with { Key = key };
        var conditionsOfElement = new List<NftCondition>();
        while (!tokens.TryTake("}"u8))
        {
            if (tokens.TryTake("timeout"u8))
            {
                if (tokens.TakeSpan() is not { } timeout)
                {
                    return false;
                }

                change = change with { Timeout = timeout };
            }
            else if (tokens.TryTake("counter"u8))
            {
                conditions.ReadCounters();
                change = change with { HasCounter = true };
            }
            else if (tokens.TryTake(":"u8))
            {
                if (ReadData(change.Set) is not { } data)
                {
                    return false;
                }

                change = change with { Data = data };
            }
            else if (ReadCondition() is { } condition)
            {
                conditionsOfElement.Add(condition with { IsOfElement = true });
            }
            else
            {
                return false;
            }
        }

        rule.Add(change);
        conditionsOfElement.ForEach(rule.Add);
        return true;
    }

    private NftCondition? ReadCondition() =>
        tokens.TryTake("ct"u8) ? tokens.TryTake("count"u8) ? conditions.ReadConnections() : null : conditions.Read();

    // A constant has the type that the map declares; what the packet yields has its own.
    private NftExpression? ReadData(string map) =>
        scope.Table?.FindSet(map)?.Data is { Parts: [var type] } ? givens.Read(type) : expressions.Read();
}
