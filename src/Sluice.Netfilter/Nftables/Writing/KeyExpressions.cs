using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Nftables.Writing;

/// <summary>What the rules of a table look up in its named sets: where nft has no name for a type, a set is declared by such an expression.</summary>
internal sealed class KeyExpressions
{
    private readonly Dictionary<string, NftExpression> _bySet = new(StringComparer.Ordinal);

    public KeyExpressions(Table table)
    {
        foreach (var chain in table.Chains)
        {
            foreach (var rule in chain.Rules)
            {
                foreach (var part in rule.Parts)
                {
                    Add(part);
                }
            }
        }
    }

    /// <summary>What a rule looks up in the set; null when none does.</summary>
    public NftExpression? Find(string set) => _bySet.GetValueOrDefault(set);

    private void Add(RulePart part)
    {
        switch (part)
        {
            case NftMatch e:
                Add(e.Left);
                if (e.Right is NftOperand.InSet { Set: NftSetReference.Named set })
                {
                    _bySet.TryAdd(set.Name, e.Left);
                }

                break;
            case Verdict.Lookup e:
                Add(e.Key, e.Set);
                break;
            case Verdict.TranslateTo e:
                Add(e.Address);
                Add(e.Port);
                break;
            case SetValue e:
                Add(e.Value);
                break;
            case ChangeSet { MeterSize: null } e:
                _bySet.TryAdd(e.Set, e.Key);
                break;
        }
    }

    private void Add(NftExpression? expression)
    {
        if (expression is NftExpression.MapLookup e)
        {
            Add(e.Key, e.Set);
        }
    }

    private void Add(NftExpression key, NftSetReference set)
    {
        Add(key);
        if (set is NftSetReference.Named named)
        {
            _bySet.TryAdd(named.Name, key);
        }
    }
}
