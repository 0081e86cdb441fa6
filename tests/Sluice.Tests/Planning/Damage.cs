using Sluice.Dataplane.Planning;

namespace Sluice.Tests.Planning;

/// <summary>Others' rules in a kernel, and what may happen to the proxy's.</summary>
internal sealed class Damage(int seed, ModelKernel kernel, RuleLayout? layout = null)
{
    private readonly IReadOnlyList<JumpRule> _jumps = layout?.Jumps ?? SharedChains.Jumps;

#pragma warning disable CA5394 // Test data, not secrets.
    private readonly Random _random = new(seed ^ 0x5a5a);

    public ModelKernel Kernel => kernel;

    public List<string> Done { get; } = [];

    /// <summary>Rules and chains of somebody else, before, between and after the proxy's jumps.</summary>
    public void AddForeign()
    {
        kernel.Chains("nat")["CNI-HOSTPORT"] = ["-p tcp --dport 8080 -j DNAT --to-destination 10.1.1.1:80"];
        kernel.Chains("nat")["PREROUTING"].Insert(0, "-m addrtype --dst-type LOCAL -j CNI-HOSTPORT");
        kernel.Chains("nat")["POSTROUTING"].Add("-s 10.0.0.0/8 ! -d 10.0.0.0/8 -j MASQUERADE");
        kernel.Chains("nat")["KUBE-PROXY-CANARY"] = [];
        kernel.Chains("filter")["DOCKER-USER"] = ["-j RETURN"];
        kernel.Chains("filter")["FORWARD"].Insert(_random.Next(kernel.Chains("filter")["FORWARD"].Count + 1), "-j DOCKER-USER");
        kernel.Chains("filter")["INPUT"].Add("-p tcp --dport 22 -j ACCEPT");
        kernel.Chains("filter")["KUBE-KUBELET-CANARY"] = [];
    }

    public void Do(int times)
    {
        for (; times > 0; times--)
        {
            var before = kernel.Save();
            var what = One();
            if (kernel.Save() != before)
            {
                Done.Add(what);
            }
        }
    }

    private string One()
    {
        var table = _random.Next(3) == 0 ? "filter" : layout is not null && _random.Next(3) == 0 ? "mangle" : "nat";
        var chains = kernel.Chains(table);
        var ours = chains.Keys.Where(c => IsOurs(c) && !c.EndsWith("-CANARY", StringComparison.Ordinal) && c != "KUBE-FIREWALL").ToList();
        var chain = ours.Count == 0 ? "" : ours[_random.Next(ours.Count)];
        var rules = ours.Count == 0 ? [] : chains[chain];
        switch (ours.Count == 0 ? 9 : _random.Next(12))
        {
            case 0 when rules.Count > 0:
                rules.RemoveAt(_random.Next(rules.Count));
                return $"{table} {chain} lost a rule";
            case 1:
                rules.Insert(_random.Next(rules.Count + 1), "-s 192.0.2.7 -j DROP");
                return $"{table} {chain} got a rule";
            case 2:
                rules.Reverse();
                return $"{table} {chain} is reversed";
            case 3:
                rules.Clear();
                return $"{table} {chain} is empty";
            case 4:
                RemoveChain(chains, chain);
                return $"{table} {chain} is gone";
            case 5:
                foreach (var name in chains.Keys.Where(c => c != "KUBE-FIREWALL").ToList())
                {
                    chains[name].RemoveAll(r => !IsForeign(name, r));
                }

                return $"{table} is flushed";
            case 6:
                var jump = _jumps[_random.Next(_jumps.Count)];
                kernel.Chains(jump.Table)[jump.From].RemoveAll(r => r == jump.Rule);
                return $"no jump from {jump.From} to {jump.To}";
            case 7:
                var twice = _jumps[_random.Next(_jumps.Count)];
                if (kernel.Chains(twice.Table).ContainsKey(twice.To))
                {
                    kernel.Chains(twice.Table)[twice.From].Insert(0, twice.Rule);
                }

                return $"another jump from {twice.From} to {twice.To}";
            case 8 when layout is null:
                kernel.Chains("nat")["KUBE-SEP-STALE" + _random.Next(9)] = ["-p tcp -j DNAT --to-destination 10.1.1.1:80"];
                kernel.Chains("nat")["KUBE-SVC-AAAAAAAAAAAAAAAA"] = [.. kernel.Chains("nat").Keys.Where(c => c.StartsWith("KUBE-SEP-STALE", StringComparison.Ordinal)).Select(c => $"-j {c}")];
                return "stale chains";
            case 9:
                foreach (var name in chains.Keys.ToList())
                {
                    chains[name].RemoveAll(r => !IsForeign(name, r));
                    if (ours.Contains(name) || name == "KUBE-FIREWALL")
                    {
                        chains.Remove(name);
                    }
                }

                return $"nothing of ours is in {table}";
            case 10:
                kernel.Chains("filter").GetValueOrDefault("KUBE-FIREWALL")?.Clear();
                return "the kubelet's chain is empty";
            case 11:
                rules.AddRange([.. rules]);
                return $"{table} {chain} is there twice";
            default:
                return "nothing";
        }
    }

    private static bool IsOurs(string chain) => chain.StartsWith("KUBE-", StringComparison.Ordinal) || chain.StartsWith("SLUICE-", StringComparison.Ordinal);

    private bool IsForeign(string chain, string rule) => !IsOurs(chain) && !_jumps.Any(j => j.From == chain && j.Rule == rule);

    private static void RemoveChain(SortedDictionary<string, List<string>> chains, string chain)
    {
        chains.Remove(chain);
        foreach (var rules in chains.Values)
        {
            rules.RemoveAll(r => r.EndsWith("-j " + chain, StringComparison.Ordinal));
        }
    }
#pragma warning restore CA5394
}
