using Xunit;
using static Sluice.Tests.Iptables.SnapshotForms;

namespace Sluice.Tests.Iptables;

/// <summary>Commands that make rules, as in scripts and instructions.</summary>
public class ScriptTests
{
    [Fact]
    public void Commands_are_read_as_the_rules_they_make()
    {
        var read = Read("""
            #!/bin/sh
            set -e
            iptables -F
            iptables -t nat -N KUBE-X
            iptables -w 5 -t nat -A KUBE-X -p tcp -m comment --comment "a; b" -m tcp --dport=80 -j DNAT --to-destination 10.0.0.1:8080 || exit 1
            # iptables -t nat -A KUBE-X -j DROP
            iptables -t nat -I KUBE-X -s 10.9.0.0/16 -j RETURN
            iptables -t nat -I KUBE-X 2 -s 10.8.0.0/16 -j RETURN;
            sudo ip6tables -A INPUT -s fd00::/8 --jump ACCEPT
            root@node:~# /usr/sbin/iptables-legacy --policy FORWARD DROP
            iptables -P INPUT DROP
            """);
        Assert.Equal(
            ["-s 10.9.0.0/16 -j RETURN", "-s 10.8.0.0/16 -j RETURN", "-p tcp -m comment --comment \"a; b\" -m tcp --dport 80 -j DNAT --to-destination 10.0.0.1:8080"],
            Lines(read.Snapshot.Ruleset, "nat", "KUBE-X"));
        Assert.Equal("IPv4 nat: KUBE-X 3; IPv6 filter: INPUT 1; IPv4 filter: FORWARD 0, INPUT 0", Summary(read.Snapshot.Ruleset));
        Assert.Empty(Matters(read));
    }

    [Fact]
    public void A_dump_counts_more_than_the_command_that_led_to_it()
    {
        var rules = Rules("""
            $ iptables -A INPUT -p tcp --dport 22 -j ACCEPT
            $ iptables -S
            -P INPUT DROP
            -A INPUT -i lo -j ACCEPT
            -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
            """);
        Assert.Equal(["-i lo -j ACCEPT", "-p tcp -m tcp --dport 22 -j ACCEPT"], Lines(rules, "filter", "INPUT"));
    }

    [Fact]
    public void The_same_chain_with_other_rules_is_said_and_does_not_count()
    {
        var read = Read("*filter\n:INPUT ACCEPT\n-A INPUT -j DROP\nCOMMIT\n*filter\n:INPUT ACCEPT\n-A INPUT -j ACCEPT\nCOMMIT\n");
        Assert.Equal(["-j DROP"], Lines(read.Snapshot.Ruleset, "filter", "INPUT"));
        Assert.Contains("was already given at dump:2", Assert.Single(read.Notes).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_listing_with_interfaces_counts_more_than_one_without()
    {
        var read = Read("""
            $ iptables -nL
            Chain INPUT (policy ACCEPT)
            target     prot opt source               destination
            ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0
            $ iptables -nvL
            Chain INPUT (policy ACCEPT 0 packets, 0 bytes)
             pkts bytes target     prot opt in     out     source               destination
                0     0 ACCEPT     all  --  lo     *       0.0.0.0/0            0.0.0.0/0
            """);
        Assert.Equal(["-i lo -j ACCEPT"], Lines(read.Snapshot.Ruleset, "filter", "INPUT"));
        Assert.False(read.Snapshot.Ruleset.Tables[0].LacksInterfaces);
        Assert.Empty(read.Notes);
    }
}
