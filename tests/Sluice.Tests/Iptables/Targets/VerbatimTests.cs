using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Xunit;

namespace Sluice.Tests.Iptables.Targets;

/// <summary>What is not understood stays in the rule, word for word.</summary>
public class VerbatimTests
{
    [Theory]
    // Modules nobody knows, alone and between others.
    [InlineData("-m foo -j ACCEPT", "-m foo")]
    [InlineData("-m foo --foo 1 --bar \"a b\" -j ACCEPT", "-m foo --foo 1 --bar \"a b\"")]
    [InlineData("-m foo ! --foo 1 -j ACCEPT", "-m foo ! --foo 1")]
    [InlineData("-p tcp -m tcp --dport 80 -m foo --dport 5 -j ACCEPT", "-m foo --dport 5")]
    [InlineData("-p tcp -m foo --dport 5 -m tcp --dport 80 -j ACCEPT", "-m foo --dport 5")]
    [InlineData("-m mark --mark 0x1 -m foo --mark 0x2 -j ACCEPT", "-m foo --mark 0x2")]
    [InlineData("-m foo one two -m comment --comment x -j ACCEPT", "-m foo one two")]
    [InlineData("-m policy --dir out --pol ipsec --proto esp --new-option -j ACCEPT", "-m policy --dir out --pol ipsec --proto esp --new-option")]
    // Known modules with a malformed argument or an option of a later version.
    [InlineData("-p tcp -m tcp --dport 99999 -j ACCEPT", "-m tcp --dport 99999")]
    [InlineData("-p tcp -m tcp --sport 5 --dport x:y -j ACCEPT", "-m tcp --sport 5 --dport x:y")]
    [InlineData("-p tcp -m tcp --dport 80 --new-option 5 -j ACCEPT", "-m tcp --dport 80 --new-option 5")]
    [InlineData("-m mark --mark zzz -j ACCEPT", "-m mark --mark zzz")]
    [InlineData("-m addrtype --dst-type LOCAL --new-option -j ACCEPT", "-m addrtype --dst-type LOCAL --new-option")]
    [InlineData("-m comment --comment x --new-option 1 -j ACCEPT", "--new-option 1")]
    // Parts of the header.
    [InlineData("-s some.host.example -j ACCEPT", "-s some.host.example")]
    [InlineData("! -p foo -j ACCEPT", "! -p foo")]
    [InlineData("-d 1.2.3.4/99 -j ACCEPT", "-d 1.2.3.4/99")]
    public void An_unknown_match_is_kept(string save, string text)
    {
        var rule = OneRule.Saved(save);

        Assert.Equal(text, Assert.Single(rule.Parts.OfType<UnknownMatch>()).Text);
        Assert.Equal(Verdict.Accept.Instance, rule.Verdict);
        Assert.Equal(save, OneRule.Written(rule));
        Assert.Equal(rule, OneRule.Saved(OneRule.Written(rule)));
    }

    [Theory]
    [InlineData("-j SYNPROXY --sack-perm --wscale 9 --mss 5", "SYNPROXY", "--sack-perm --wscale 9 --mss 5")]
    [InlineData("-j NEWTARGET --to \"a b\"", "NEWTARGET", "--to \"a b\"")]
    [InlineData("-p tcp -m tcp --dport 80 -j NEWTARGET --dport 90 --mark 5", "NEWTARGET", "--dport 90 --mark 5")]
    [InlineData("-p tcp -j NEWTARGET --dport 90", "NEWTARGET", "--dport 90")]
    [InlineData("-j LOG --log-prefix x --log-new 5 --log-level 7", "LOG", "--log-prefix x --log-new 5 --log-level 7")]
    [InlineData("-j LOG --log-level deafening", "LOG", "--log-level deafening")]
    [InlineData("-j NFQUEUE --queue-new", "NFQUEUE", "--queue-new")]
    [InlineData("-j MARK --set-xmark 0x1/zz", "MARK", "--set-xmark 0x1/zz")]
    [InlineData("-j CT --zone 70000", "CT", "--zone 70000")]
    [InlineData("-j ACCEPT --why not", "ACCEPT", "--why not")]
    public void An_unknown_target_is_kept(string save, string name, string text)
    {
        var rule = OneRule.Saved(save);

        Assert.Equal(new Verdict.Unknown(name, text), rule.Verdict);
        Assert.Equal(save, OneRule.Written(rule));
        Assert.Equal(rule, OneRule.Saved(OneRule.Written(rule)));
    }

    [Theory]
    [InlineData("-m comment --comment \"ns/svc:p\" -m tcp -p tcp -d 1.2.3.4/32 --dport 80 -j X",
        "-d 1.2.3.4/32 -p tcp -m comment --comment \"ns/svc:p\" -m tcp --dport 80 -j X")]
    [InlineData("-m comment --comment x -m udp -p udp -s 10.0.0.1/32 -j NEWTARGET --a",
        "-s 10.0.0.1/32 -p udp -m comment --comment x -m udp -j NEWTARGET --a")]
    [InlineData("-m foo --a 1 -p tcp -m tcp --dport 80 -j X", "-p tcp -m foo --a 1 -m tcp --dport 80 -j X")]
    [InlineData("-j DNAT --to-destination 10.0.0.1 -p tcp --dport 80", "-p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.1")]
    [InlineData("-p tcp --dport 80 -j X", "-p tcp -m tcp --dport 80 -j X")]
    [InlineData("-j NEWTARGET --a -m foo --b", "-m foo --b -j NEWTARGET --a")]
    [InlineData("-g X -p tcp --dport 80", "-p tcp -m tcp --dport 80 -g X")]
    [InlineData("-s host -p tcp --dport 80 -j X", "-p tcp -s host -m tcp --dport 80 -j X")]
    [InlineData("--dport 80 -p tcp -j X", "-p tcp \"--dport 80\" -j X")]
    public void Any_order_is_read_and_written_in_the_order_of_iptables_save(string hand, string save)
    {
        var rule = OneRule.Saved(hand);

        Assert.Equal(save, OneRule.Written(rule));
        Assert.Equal(rule, OneRule.Saved(save));
    }

    [Theory]
    [InlineData("ACCEPT", "frobnicate 5 -j DROP")]
    [InlineData("ACCEPT", "an \"unbalanced quote")]
    [InlineData("ACCEPT", "-p tcp and more")]
    [InlineData("ACCEPT", "back\\slash \\\" and 'quotes'")]
    [InlineData("DNAT", "words of a match")]
    [InlineData("SYNPROXY", "SYNPROXY sack-perm wscale 9")]
    public void Unknown_words_of_a_listing_read_back(string target, string words)
    {
        var rule = OneRule.Listed(target, "0", words);

        Assert.Contains(rule.Parts, p => p is UnknownMatch);
        Assert.Equal(rule, OneRule.Saved(OneRule.Written(rule)));
    }

    [Theory]
    [InlineData("-p icmp -m icmp --icmp-type 8 -j ACCEPT", IPFamily.IPv4)]
    [InlineData("-p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT", IPFamily.IPv6)]
    public void Icmp_modules_are_written_under_the_name_that_loads(string save, IPFamily family) =>
        Assert.Equal(save, OneRule.Written(OneRule.Saved(save, family)));
}
