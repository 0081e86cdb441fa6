using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;

namespace Sluice.KernelTests.Generation;

/// <summary>
/// Makes random rulesets that iptables takes, and packets that walk deep into them. Pure: the same options and seed give the
/// same case. Sets that rules name (<see cref="SetCommands"/>) must exist before they are loaded.
/// </summary>
public static class RulesetGenerator
{
    private static readonly string[] s_names = ["KUBE-SVC-", "cali-to-wl.", "DOCKER_", "u", "ts-input:", "x-y_z+", "ÄÖ", "a=b,"];

    /// <summary>Commands for <c>ipset restore</c> that make every set generated rules name.</summary>
    public const string SetCommands = """
        create g4-ip hash:ip family inet
        create g4-port hash:ip,port family inet
        create g6-ip hash:ip family inet6
        create g6-port hash:ip,port family inet6

        """;

    /// <summary>The case of a seed.</summary>
    public static GeneratedCase Generate(GeneratorOptions options, int seed)
    {
        var random = new Random(seed);
        var packets = new PacketGenerator(random, options.Family);
        List<Packet> sent = [.. Enumerable.Range(0, options.PacketCount).Select(_ => packets.Next())];
        var sets = options.WithSets ? new IpSetGenerator(random, options.Family, sent).Next() : IpSetTable.Empty;
        var maker = new Maker(random, options, sent, sets);
        var names = BuiltinChains.Tables.Where(t => random.Chance(t is "nat" or "filter" ? 0.8 : 0.5)).ToList();
        return new(seed, new Ruleset((names is [] ? ["filter"] : names).Select(maker.Table).ToEquatableArray()), sent) { Sets = sets };
    }

    private sealed class Maker(Random random, GeneratorOptions options, List<Packet> packets, IpSetTable sets)
    {
        private readonly MatchGenerator _matches = new(random, options, packets, sets);
        private readonly TargetGenerator _targets = new(random, options, sets);

        public Table Table(string name)
        {
            var chains = Plan(name).Select(Fill).ToEquatableArray();
            return new Table(TableFamilies.Of(options.Family), name, chains);
        }

        // User-defined chains first get their place in the order; each may call only those behind it.
        private List<ChainPlan> Plan(string table)
        {
            var hooks = BuiltinChains.Of(table).Select(c => BuiltinChains.Find(table, c)!.Hook).ToList();
            List<ChainPlan> users = [];
            for (var i = random.Between(0, options.MaxChains); i > 0; i--)
            {
                var scope = Scope(table, hooks);
                users.Insert(0, new(table, $"{random.Pick(s_names)}{i}", scope, IsBase: false, [.. users.Where(u => scope.IsSubsetOf(u.Hooks))]));
            }

            IEnumerable<ChainPlan> bases = BuiltinChains.Of(table).Select(name =>
            {
                HashSet<Hook> hook = [BuiltinChains.Find(table, name)!.Hook];
                return new ChainPlan(table, name, hook, IsBase: true, [.. users.Where(u => hook.IsSubsetOf(u.Hooks))]);
            });
            return [.. bases, .. users];
        }

        private HashSet<Hook> Scope(string table, List<Hook> hooks) => random.Next(4) switch
        {
            0 => [random.Pick(hooks)],
            1 when table == "nat" => [Hook.Prerouting, Hook.Output],
            2 when table == "nat" => [Hook.Postrouting],
            _ => [.. hooks],
        };

        private Chain Fill(ChainPlan plan)
        {
            var place = plan.IsBase ? BuiltinChains.Find(plan.Table, plan.Name, policy: Policy(plan.Table)) : null;
            var rules = Enumerable.Range(0, random.Between(plan.IsBase && options.Profile == GenerationProfile.Syntax ? 0 : 1, options.MaxRules)).Select(_ => Rule(plan));
            return new Chain(plan.Name, place, rules.ToEquatableArray());
        }

        private ChainPolicy Policy(string table) =>
            random.Chance(table is "filter" ? 0.15 : 0.04) ? ChainPolicy.Drop : ChainPolicy.Accept;

        private Rule Rule(ChainPlan plan)
        {
            var (statement, protocol) = _targets.Next(plan);
            var parts = _matches.Next(plan, protocol, statement);

            // A rule without a condition that ends the chain makes the rest of it dead: keep those rare.
            if (parts.Count == 0 && statement is Verdict and not (Verdict.Jump or Verdict.Goto) && random.Chance(0.9))
            {
                parts = _matches.Next(plan, protocol, statement);
            }

            return new Rule([.. parts, .. statement is null ? [] : new RulePart[] { statement }]);
        }
    }
}
