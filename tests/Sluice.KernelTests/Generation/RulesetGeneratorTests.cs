using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.KernelTests.Generation;

/// <summary>The generator keeps its promises; none of this needs a kernel.</summary>
public sealed class RulesetGeneratorTests(ITestOutputHelper output)
{
    private static readonly GeneratorOptions s_behaviour = new() { Profile = GenerationProfile.Behaviour };

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void A_seed_makes_the_same_case_again(IPFamily family)
    {
        var options = s_behaviour with { Family = family };
        for (var seed = 0; seed < 20; seed++)
        {
            var (one, other) = (RulesetGenerator.Generate(options, seed), RulesetGenerator.Generate(options, seed));
            Assert.Equal(one.Rules, other.Rules);
            Assert.Equal(one.Packets, other.Packets);
        }
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void Behaviour_rules_are_decided_by_the_packet_and_their_chains_are_walked(IPFamily family)
    {
        var (packets, deep, steps, endings) = (0, 0, 0, new Dictionary<Disposition, int>());
        for (var seed = 0; seed < 100; seed++)
        {
            var made = RulesetGenerator.Generate(s_behaviour with { Family = family }, seed);
            Assert.All(made.Rules.Tables.SelectMany(t => t.Chains).SelectMany(c => c.Rules).SelectMany(r => r.Parts), p =>
                Assert.False(p is UnknownMatch or Verdict.Unknown or RandomMatch or NthMatch or RecentMatch or LimitMatch, $"{p}"));
            var tracer = new Tracer(new NodeSnapshot(made.Rules));
            foreach (var packet in made.Packets)
            {
                var outcome = tracer.Trace(packet).Outcomes[0];
                packets++;
                deep += outcome.Path.Any(s => s.Depth > 0) ? 1 : 0;
                steps += outcome.Path.Count(s => s.Rule is not null);
                endings[outcome.Disposition] = endings.GetValueOrDefault(outcome.Disposition) + 1;
            }
        }

        output.WriteLine($"{packets} packets, {deep} through user-defined chains, {steps} matching rules; {string.Join(", ", endings)}");
        Assert.True(deep > packets / 3, $"only {deep} of {packets} packets reach a user-defined chain");
        Assert.True(steps > packets * 2, $"only {steps} rules match {packets} packets");
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void Sets_of_every_type_are_asked_and_have_the_packet_or_not(IPFamily family)
    {
        var answers = new Dictionary<string, (int Yes, int No)>(StringComparer.Ordinal);
        for (var seed = 0; seed < 250; seed++)
        {
            var made = RulesetGenerator.Generate(s_behaviour with { Family = family, WithSets = true }, seed);
            var tracer = new Tracer(new NodeSnapshot(made.Rules) { Ipsets = made.Sets });
            foreach (var step in made.Packets.SelectMany(p => tracer.Trace(p).Outcomes).SelectMany(o => o.Path))
            {
                if (step.Rule?.Find<SetMatch>() is { } asked && made.Sets.Find(asked.SetName) is { } set)
                {
                    var (yes, no) = answers.GetValueOrDefault(set.Type.ToString());
                    answers[set.Type.ToString()] = asked.Inverted ? (yes, no + 1) : (yes + 1, no);
                }
            }
        }

        output.WriteLine($"{family}: {string.Join(", ", answers.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key} {a.Value.Yes} yes {a.Value.No} no"))}");
        Assert.Equal(family == IPFamily.IPv4 ? 10 : 9, answers.Count);
        Assert.All(answers, a => Assert.True(a.Value.Yes >= 10 && a.Value.No >= 10, $"{a.Key}: {a.Value}"));
    }

    [Fact]
    public void Every_module_and_target_comes_up()
    {
        var seen = new HashSet<string>();
        foreach (var family in Enum.GetValues<IPFamily>())
        {
            for (var seed = 0; seed < 300; seed++)
            {
                var made = RulesetGenerator.Generate(new() { Profile = GenerationProfile.Syntax, Family = family }, seed);
                var words = RestoreWriter.Write(made.Rules, family).Split(' ', '\n');
                for (var i = 0; i + 1 < words.Length; i++)
                {
                    if (words[i] is "-m" or "-j" or "-g")
                    {
                        seen.Add(words[i + 1]);
                    }
                }
            }
        }

        string[] wanted =
        [
            "addrtype", "cgroup", "comment", "connbytes", "connlimit", "connmark", "conntrack", "cpu", "devgroup", "dscp", "ecn", "frag",
            "hashlimit", "helper", "hl", "icmp", "icmp6", "iprange", "length", "limit", "mac", "mark", "multiport", "owner", "physdev",
            "pkttype", "policy", "quota", "recent", "rpfilter", "sctp", "set", "socket", "state", "statistic", "string", "tcp", "tcpmss",
            "time", "tos", "ttl", "u32", "udp",
            "ACCEPT", "AUDIT", "CHECKSUM", "CLASSIFY", "CONNMARK", "CONNSECMARK", "CT", "DNAT", "DROP", "DSCP", "ECN", "HL", "IDLETIMER", "LOG",
            "MARK", "MASQUERADE", "NETMAP", "NFLOG", "NFQUEUE", "NOTRACK", "REDIRECT", "REJECT", "RETURN", "SET", "SNAT", "TCPMSS",
            "TCPOPTSTRIP", "TEE", "TOS", "TPROXY", "TRACE", "TTL",
        ];
        Assert.Empty(wanted.Except(seen));
    }
}
