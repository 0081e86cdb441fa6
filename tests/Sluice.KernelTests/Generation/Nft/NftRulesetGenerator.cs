using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.KernelTests.Generation.Nft;

/// <summary>
/// Makes random rulesets that <c>nft</c> takes, and packets that walk deep into them. Pure: the same family and seed give the same
/// case.
/// </summary>
internal static class NftRulesetGenerator
{
    private const int PacketCount = 20;
    private const int MostChains = 4;
    private const int MostRules = 5;

    // Between what the kernel itself does at its priorities, and beside; never at connection tracking's own.
    private static readonly int[] s_priorities = [-310, -250, -150, -120, -100, -50, 0, 0, 10, 50, 100, 150, 225, 310];
    private static readonly int[] s_natPriorities = [-150, -110, -100, -100, -50, 90, 100];

    public static NftCase Generate(IPFamily family, int seed)
    {
        var random = new Random(seed);
        var packets = new PacketGenerator(random, family);
        List<Packet> sent = [.. Enumerable.Range(0, PacketCount).Select(_ => packets.Next())];
        var text = new StringBuilder();
        for (var i = random.Between(1, 3); i > 0; i--)
        {
            var isInet = random.Chance(0.4);
            text.Append(new Maker(random, family, isInet).Table($"t{i}"));
        }

        return new NftCase(seed, text.ToString(), sent);
    }

    private sealed class Maker(Random random, IPFamily family, bool isInet)
    {
        public string Table(string name)
        {
            var bases = Enumerable.Range(0, random.Between(1, 5)).Select(Base).ToList();
            var users = Enumerable.Range(0, random.Between(1, MostChains)).Select(i => User(i, bases)).ToList();
            var names = new NftNames(family, isInet, []);
            var text = new StringBuilder($"table {(isInet ? "inet" : names.Ip)} {name} {{\n");

            // The map of Services is asked in chains of any kind: only what all may call can stand in it, and only what calls nothing.
            var last = users.Where(u => u.Scope is { IsNat: false, Hook: null }).TakeLast(1).Select(u => u.Name).ToList();
            text.Append(new NftSetGenerator(random, names).Write(last));
            for (var i = users.Count - 1; i >= 0; i--)
            {
                text.Append(Chain(users[i], [.. users.Skip(i + 1)], last.Contains(users[i].Name)));
            }

            foreach (var plan in bases)
            {
                text.Append(Chain(plan, users, isLast: false));
            }

            return text.Append("}\n").ToString();
        }

        private NftChainPlan Base(int number)
        {
            var isNat = random.Chance(0.45);
            var hook = random.Pick(isNat ? [Hook.Prerouting, Hook.Prerouting, Hook.Output, Hook.Postrouting, Hook.Input] : Enum.GetValues<Hook>());
            var type = isNat ? "nat" : hook == Hook.Output && random.Chance(0.4) ? "route" : "filter";
            var priority = random.Pick(isNat ? s_natPriorities : s_priorities);
            var policy = random.Chance(0.08) ? "drop" : "accept";
            var word = hook.ToString().ToLowerInvariant();
            return new NftChainPlan($"{type}-{word}-{number}", new NftScope(isNat, hook), $"type {type} hook {word} priority {priority}; policy {policy};", priority);
        }

        private NftChainPlan User(int number, List<NftChainPlan> bases) =>
            new($"user-{number}", random.Chance(0.5) ? random.Pick(bases).Scope : new NftScope(IsNat: false, Hook: null), null, 0);

        private string Chain(NftChainPlan plan, List<NftChainPlan> behind, bool isLast)
        {
            var names = new NftNames(family, isInet, [.. behind.Where(c => c.Scope.MayBeCalledFrom(plan.Scope)).Select(c => c.Name)]);
            var text = new StringBuilder($"  chain {plan.Name} {{\n");
            if (plan.Header is not null)
            {
                text.Append("    ").Append(plan.Header).Append('\n');
            }

            for (var i = random.Between(1, MostRules); i > 0; i--)
            {
                text.Append("    ").Append(Rule(plan, names, isLast)).Append('\n');
            }

            return text.Append("  }\n").ToString();
        }

        private string Rule(NftChainPlan plan, NftNames names, bool isLast)
        {
            if (isInet && random.Chance(0.08))
            {
                // Of the other family: no packet of the case is meant.
                return family == IPFamily.IPv4 ? "ip6 saddr != fd00::1 drop" : "ip saddr != 10.0.0.1 drop";
            }

            var matches = new NftMatchGenerator(random, names);
            var statements = new NftStatementGenerator(random, names);
            var words = new List<string>();
            for (var i = random.Next(3); i > 0; i--)
            {
                words.Add(matches.Next(plan.Scope.Hook));
                if (random.Chance(0.15))
                {
                    words.Add(statements.Change());
                }
            }

            if (random.Chance(0.5))
            {
                words.Add(statements.Change());
            }

            if (plan.Priority < -200 && random.Chance(0.2))
            {
                words.Add("notrack");
            }

            string verdict;
            do
            {
                verdict = statements.Verdict(plan.Scope, matches.Protocol);
            }
            while (isLast && verdict.Contains("@services", StringComparison.Ordinal));

            // A rule without a condition that ends the chain makes the rest of it dead: keep those rare.
            words.Add(words.Count == 0 && verdict is "accept" or "drop" or "return" ? matches.Next(plan.Scope.Hook) + " " + verdict : verdict);
            var text = string.Join(' ', words.Where(w => w.Length > 0));
            return text.Length > 0 ? text : "counter";
        }
    }
}
