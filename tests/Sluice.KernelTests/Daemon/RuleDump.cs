using Sluice.Dataplane.Planning;

namespace Sluice.KernelTests.Daemon;

/// <summary>What iptables-save prints of one table, chain by chain.</summary>
internal sealed class RuleDump
{
    private readonly Dictionary<string, List<string>> _chains = new(StringComparer.Ordinal);
    private readonly string _table;

    private RuleDump(string table, string text)
    {
        _table = table;
        foreach (var line in text.Split('\n'))
        {
            if (line is [':', ..])
            {
                _chains[line[1..].Split(' ')[0]] = [];
            }
            else if (line.StartsWith("-A ", StringComparison.Ordinal))
            {
                _chains[line.Split(' ')[1]].Add(line);
            }
        }
    }

    public static RuleDump Parse(string table, string text) => new(table, text);

    /// <summary>Everything that is not the proxy's: chains and rules of others, in their order.</summary>
    public string Foreign => string.Join('\n', _chains
        .Where(c => !IsOurs(c.Key))
        .OrderBy(c => c.Key, StringComparer.Ordinal)
        .Select(c => $"{c.Key}\n{string.Join('\n', c.Value.Where(r => !LeadsToUs(r)))}"));

    /// <summary>How the proxy's rules differ from others; empty when they do not. Services may stand in any order.</summary>
    public IEnumerable<string> DifferencesFrom(RuleDump wanted)
    {
        foreach (var chain in wanted._chains.Keys.Union(_chains.Keys, StringComparer.Ordinal))
        {
            var isOurs = IsOurs(chain);
            if (isOurs && _chains.ContainsKey(chain) != wanted._chains.ContainsKey(chain))
            {
                yield return $"{_table}: chain {chain} is {(_chains.ContainsKey(chain) ? "too many" : "missing")}";
                continue;
            }

            var isOrdered = isOurs && !SharedChains.Dispatching.Contains((_table, chain));
            var rules = RulesOf(chain);
            var expected = wanted.RulesOf(chain);
            if (isOrdered ? !rules.SequenceEqual(expected) : !rules.Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal)))
            {
                yield return $"{_table}: chain {chain}\n  has    {string.Join("\n         ", rules.Except(expected).Take(5))}\n  lacks  {string.Join("\n         ", expected.Except(rules).Take(5))}\n  of {rules.Count} and {expected.Count}";
            }

            if (_table == "nat" && chain == SharedChains.Services && rules.LastOrDefault() != expected.LastOrDefault())
            {
                yield return $"nat: the last rule of {chain} is {rules.LastOrDefault()}";
            }
        }
    }

    private static bool IsOurs(string chain) => chain.StartsWith("KUBE-", StringComparison.Ordinal);

    private static bool LeadsToUs(string rule) => rule.Contains(" -j KUBE-", StringComparison.Ordinal);

    private List<string> RulesOf(string chain) => !_chains.TryGetValue(chain, out var rules) ? [] : IsOurs(chain) ? rules : rules.FindAll(LeadsToUs);
}
