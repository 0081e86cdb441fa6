using System.Collections.Immutable;
using Sluice.Netfilter.Iptables;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>One table of the fake kernel; immutable, so that a restore that fails leaves it as it was.</summary>
internal sealed record FakeTable(string Name, ImmutableSortedDictionary<string, ImmutableList<string>> Chains)
{
    private static readonly string[] s_builtIn = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

    private static readonly string[] s_targets =
        ["ACCEPT", "DROP", "REJECT", "RETURN", "MARK", "MASQUERADE", "DNAT", "SNAT", "LOG"];

    public static FakeTable Empty(string name, params string[] builtIn) =>
        new(name, builtIn.ToImmutableSortedDictionary(c => c, _ => ImmutableList<string>.Empty, StringComparer.Ordinal));

    public static bool IsBuiltIn(string chain) => Array.IndexOf(s_builtIn, chain) >= 0;

    /// <summary>The table after the changes; an exception in the words of iptables-restore when the kernel would refuse them.</summary>
    public FakeTable Apply(TableChanges changes, Func<string, bool> refuses)
    {
        var chains = Chains.ToBuilder();
        Assert.Equal(changes.Emptied.Order(StringComparer.Ordinal), changes.Emptied);
        foreach (var chain in changes.Emptied)
        {
            Assert.False(IsBuiltIn(chain), $"a chain of the kernel was emptied: {chain}");
            chains[chain] = [];
        }

        foreach (var (verb, chain, rule, position) in changes.Commands)
        {
            var rules = chains.GetValueOrDefault(chain) ?? throw new FakeRefusal($"no chain {chain} for {rule}");
            chains[chain] = verb switch
            {
                RestoreVerb.Append => rules.Add(rule),
                RestoreVerb.Insert => position >= 1 && position <= rules.Count + 1
                    ? rules.Insert(position - 1, rule)
                    : throw new FakeRefusal($"no place {position} in {chain}"),
                _ => rules.IndexOf(rule) is var index and >= 0 ? rules.RemoveAt(index) : throw new FakeRefusal($"no rule in {chain}: {rule}"),
            };
            if (verb != RestoreVerb.Delete && refuses(rule))
            {
                throw new FakeRefusal($"the kernel does not take {rule}");
            }
        }

        foreach (var chain in changes.Removed)
        {
            if (chains.GetValueOrDefault(chain) is not { IsEmpty: true })
            {
                throw new FakeRefusal($"chain {chain} is not empty or not there");
            }

            chains.Remove(chain);
        }

        var table = this with { Chains = chains.ToImmutable() };
        return table.DanglingJump() is { } jump ? throw new FakeRefusal($"no target of {jump}") : table;
    }

    /// <summary>As iptables-save prints it.</summary>
    public void WriteTo(TextWriter dump)
    {
        dump.Write($"*{Name}\n");
        foreach (var chain in Chains.Keys)
        {
            dump.Write($":{chain} {(IsBuiltIn(chain) ? "ACCEPT" : "-")} [0:0]\n");
        }

        foreach (var (chain, rules) in Chains)
        {
            foreach (var rule in rules)
            {
                dump.Write($"-A {chain} {rule}\n");
            }
        }

        dump.Write("COMMIT\n");
    }

    /// <summary>The chain that a rule leads to; null when it leads to none.</summary>
    public static string? TargetOf(string rule)
    {
        var words = rule.Split(' ');
        var jump = Array.FindLastIndex(words, w => w is "-j" or "-g");
        return jump >= 0 && Array.IndexOf(s_targets, words[jump + 1]) < 0 ? words[jump + 1] : null;
    }

    private string? DanglingJump() =>
        Chains.Values.SelectMany(rules => rules).FirstOrDefault(rule => TargetOf(rule) is { } target && !Chains.ContainsKey(target));
}
