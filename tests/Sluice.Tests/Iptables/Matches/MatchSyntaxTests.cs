using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests.Iptables.Matches;

/// <summary>Reads and writes every match module as iptables prints it.</summary>
public sealed class MatchSyntaxTests
{
    [Theory, InlineData(IPFamily.IPv4), InlineData(IPFamily.IPv6)]
    public void What_iptables_saves_is_read_into_types_and_written_back_as_it_was(IPFamily family) => NoneWrong(family, line =>
    {
        var rule = ReadSave(line.Save);
        return rule.Find<UnknownMatch>() is { } unknown ? $"unknown: {unknown.Text}"
            : RestoreWriter.Write(rule) != $"{line.Save} -j ACCEPT" ? $"written as {RestoreWriter.Write(rule)}"
            : ReadSave(RestoreWriter.Write(rule)[..^"-j ACCEPT".Length]) != rule ? "what was written is read as another rule"
            : null;
    });

    [Theory, InlineData(IPFamily.IPv4), InlineData(IPFamily.IPv6)]
    public void A_listing_is_read_as_the_same_rule(IPFamily family) => NoneWrong(family, line =>
        line.Loss is not null || line.Numeric is not { } numeric ? null
            : Compare(line, ReadListing(family, line, numeric)) ?? (line is { Named: { } named, NamedLoss: null } ? Compare(line, ReadListing(family, line, named)) : null));

    [Theory]
    [InlineData("-p tcp -m state --state ESTABLISHED,RELATED", "-p tcp -m state --state RELATED,ESTABLISHED")]
    [InlineData("-m conntrack --ctstate established,related --ctproto tcp", "-m conntrack --ctstate RELATED,ESTABLISHED --ctproto 6")]
    [InlineData("-m set --set KUBE-CLUSTER-IP dst,dst", "-m set --match-set KUBE-CLUSTER-IP dst,dst")]
    [InlineData("-m set ! --set a src", "-m set ! --match-set a src")]
    [InlineData("-p icmp --icmp-type echo-request", "-p icmp -m icmp --icmp-type 8")]
    [InlineData("-p icmp -m icmp --icmp-type ping", "-p icmp -m icmp --icmp-type 8")]
    [InlineData("-p icmp -m icmp --icmp-type ! fragmentation-needed", "-p icmp -m icmp ! --icmp-type 3/4")]
    [InlineData("-p icmpv6 --icmpv6-type neighbor-solicitation", "-p ipv6-icmp -m icmp6 --icmpv6-type 135")]
    [InlineData("-p sctp --dport 80:", "-p sctp -m sctp --dport 80:65535")]
    [InlineData("-p tcp -m multiport --destination-ports http,https", "-p tcp -m multiport --dports 80,443")]
    [InlineData("-m recent --update --name x", "-m recent --update --name x --rsource")]
    [InlineData("-m limit", "-m limit --limit 3/hour")]
    [InlineData("-m limit --limit 5/minute", "-m limit --limit 5/min")]
    [InlineData("-m limit --limit 7", "-m limit --limit 7/sec")]
    [InlineData("-m hashlimit --hashlimit 5/s --hashlimit-name x", "-m hashlimit --hashlimit-upto 5/sec --hashlimit-burst 5 --hashlimit-name x")]
    [InlineData("-m connlimit ! --connlimit-above 3", "-m connlimit --connlimit-upto 3 --connlimit-saddr")]
    [InlineData("-m dscp --dscp-class AF21", "-m dscp --dscp 0x12")]
    [InlineData("-m tos --tos minimize-delay", "-m tos --tos 0x10/0x3f")]
    [InlineData("-m ttl --ttl 5", "-m ttl --ttl-eq 5")]
    [InlineData("-m length --length :200", "-m length --length 0:200")]
    [InlineData("-m mac --mac-source 0:1:2:A:B:C", "-m mac --mac-source 00:01:02:0a:0b:0c")]
    [InlineData("-m string --hex-string \"ab|41|\" --algo bm", "-m string --string \"abA\" --algo bm")]
    [InlineData("-m string --hex-string \"|41 0D|x\" --algo kmp", "-m string --hex-string \"|410d78|\" --algo kmp")]
    [InlineData("-p esp --espspi 5", "-p esp -m esp --espspi 5")]
    [InlineData("-m frag --fraglast --fragid 5", "-m frag --fragid 5 --fraglast")]
    [InlineData("-m policy --pol ipsec --dir in --proto ah", "-m policy --dir in --pol ipsec --proto ah")]
    [InlineData("-m policy --dir out --proto esp", "-m policy --dir out --pol ipsec --proto esp")]
    public void Other_spellings_are_written_as_iptables_saves_them(string spelled, string saved)
    {
        Assert.Equal($"{saved} -j ACCEPT", RestoreWriter.Write(ReadSave(spelled)));
    }

    [Theory]
    [InlineData("-m conntrack --ctstate SOMETIMES")]
    [InlineData("-m conntrack --ctmagic 5")]
    [InlineData("-m set --match-set a up")]
    [InlineData("-p icmp -m icmp --icmp-type loud")]
    [InlineData("-m limit --limit 5/fortnight")]
    [InlineData("-m recent --rcheck --mask x")]
    [InlineData("-m iprange --src-range 10.0.0.1-::1")]
    [InlineData("-m dscp --dscp 64")]
    [InlineData("-m ttl ! --ttl-lt 5")]
    [InlineData("-m string --hex-string |4 --algo bm")]
    [InlineData("-m policy --dir in --pol ipsec --spi x")]
    [InlineData("-m hashlimit --hashlimit-upto")]
    public void What_is_malformed_stays_as_it_was_written(string text)
    {
        var rule = ReadSave(text);

        Assert.NotNull(rule.Find<UnknownMatch>());
        Assert.Equal(rule, ReadSave(RestoreWriter.Write(rule)[..^"-j ACCEPT".Length]));
    }

    [Theory, InlineData(IPFamily.IPv4), InlineData(IPFamily.IPv6)]
    public void However_a_rule_is_maimed_what_is_understood_is_written_so_that_it_reads_the_same(IPFamily family)
    {
        const int Seed = 20240611;
        var random = new Random(Seed);
        var lines = family == IPFamily.IPv4 ? MatchLines.V4 : MatchLines.V6;
        for (var i = 0; i < 10_000; i++)
        {
            var words = lines[random.Next(lines.Count)].Save.Split(' ').ToList();
            for (var change = random.Next(3); change >= 0; change--)
            {
                var other = lines[random.Next(lines.Count)].Save.Split(' ');
                var at = random.Next(words.Count);
                switch (random.Next(4))
                {
                    case 0:
                        words.RemoveAt(at);
                        break;
                    case 1:
                        words.Insert(at, random.Next(2) == 0 ? "!" : other[random.Next(other.Length)]);
                        break;
                    case 2:
                        words[at] = other[random.Next(other.Length)];
                        break;
                    default:
                        words.AddRange(other);
                        break;
                }

                if (words.Count == 0)
                {
                    words.Add("-m");
                }
            }

            var text = string.Join(' ', words);
            var rule = ReadSave(text);
            var written = RestoreWriter.Write(rule);
            Assert.True(rule.Find<UnknownMatch>() is not null || rule.Verdict is Verdict.Unknown || rule.Equals(ReadRule(written)), $"seed {Seed}, {i}:\n{text}\n{written}\n{RestoreWriter.Write(ReadRule(written))}");
        }
    }

    private static string? Compare(MatchLine line, Rule? listed) =>
        listed is null ? "the listing line is read as no rule"
        : !listed.Equals(ReadSave(line.Save)) ? $"listed as {RestoreWriter.Write(listed)}"
        : null;

    private static void NoneWrong(IPFamily family, Func<MatchLine, string?> check)
    {
        var lines = family == IPFamily.IPv4 ? MatchLines.V4 : MatchLines.V6;
        Assert.NotEmpty(lines);
        var wrong = lines.Select(l => (Line: l, Why: check(l))).Where(r => r.Why is not null).Select(r => $"{r.Line}\n    {r.Why}").ToList();
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {lines.Count} are wrong:\n{string.Join('\n', wrong)}");
    }

    private static Rule ReadSave(string words) => ReadRule($"{words} -j ACCEPT");

    private static Rule ReadRule(string words) => Read($"*mangle\n:X - [0:0]\n-A X {words}\nCOMMIT\n")!;

    private static Rule? ReadListing(IPFamily family, MatchLine line, string words)
    {
        var anywhere = family == IPFamily.IPv4 ? "0.0.0.0/0" : "::/0";
        return Read($"Chain X (0 references)\ntarget     prot opt source               destination\nACCEPT     {line.Protocol}  --  {anywhere}  {anywhere}  {words}\n");
    }

    private static Rule? Read(string text)
    {
        var result = SnapshotReader.Read([SourceText.Of("golden", text)], "mangle");
        return result.Snapshot.Ruleset.Tables.SelectMany(t => t.Chains).SelectMany(c => c.Rules).SingleOrDefault();
    }
}
