using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Xunit;
using static Sluice.KernelTests.Netlink.NftSpace;

namespace Sluice.KernelTests.Netlink;

/// <summary>Whether tables written over netlink are listed by nft as they were meant, and who may change them.</summary>
public sealed class TableTests
{
    [Fact]
    public void A_whole_table_lists_as_it_was_meant()
    {
        using var space = new NftSpace("table");
        var layout = new SizeClassLayout(IPFamily.IPv4);
        Ok(space.Connection.Create(layout.Table, NftOwnership.Anybody, out _));
        var listing = space.List();
        foreach (var line in (string[])[
            "table ip sluice {",
            "comment \"rules of Sluice\"",
            "comment \"addresses of Services\"",
            "type ipv4_addr . inet_proto . inet_service . mark : ipv4_addr . inet_service",
            "type ipv4_addr . ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service",
            "flags dynamic,timeout",
            "type nat hook prerouting priority dstnat; policy accept;",
            "type nat hook output priority -100; policy accept;",
            "type nat hook postrouting priority srcnat - 10; policy accept;",
            "ct state invalid drop",
            "ip daddr . meta l4proto . th dport vmap @service-ips comment \"of Services\"",
            "fib daddr type local ip daddr != 127.0.0.0/8 meta l4proto . th dport vmap @service-nodeports",
            "ip daddr @cluster-ips reject",
            "ip daddr { 10.96.0.0/12 } drop",
            "meta l4proto { tcp, udp, sctp } dnat ip to ip daddr . meta l4proto . th dport . numgen random mod 2 map @endpoints",
            "ip saddr != 10.244.0.0/16 counter packets 0 bytes 0 meta mark set meta mark | 0x00004000",
            "iifname != \"cni*\" meta mark set meta mark | 0x00004000",
            "ip daddr . meta l4proto . th dport . ip saddr != @allowed-sources drop",
            "meta mark & 0x00004000 != 0x00000000 meta mark set meta mark ^ 0x00004000 masquerade fully-random",
            "ct status dnat ip saddr . ip daddr @hairpin masquerade fully-random",
            "ct status dnat meta l4proto { tcp, udp, sctp } ct original ip daddr . meta l4proto . ct original proto-dst vmap @affine-services",
            "meta l4proto { tcp, udp, sctp } update @affinity { ct original ip saddr . ct original ip daddr . meta l4proto . ct original proto-dst timeout 3h : ip daddr . th dport }",
        ])
        {
            HasLine(listing, line);
        }
    }

    [Fact]
    public void A_table_that_is_tried_is_checked_whole_and_leaves_nothing_behind()
    {
        using var space = new NftSpace("trial");
        var table = new SizeClassLayout(IPFamily.IPv4).Table;
        var generation = space.Connection.ReadGeneration();
        Ok(space.Connection.Try(table));
        var broken = table with { Chains = table.Chains.Where(c => c.Base is not null).ToEquatableArray() };
        var refused = Assert.IsType<NftCommitResult.Refused>(space.Connection.Try(broken));
        Assert.NotEqual("", refused.Message);
        Assert.Equal(generation, space.Connection.ReadGeneration());
        Assert.Equal("", space.List().Trim());
        Ok(space.Connection.Create(table, NftOwnership.Anybody, out _));
    }

    [Fact]
    public void A_whole_table_of_IPv6_lists_as_it_was_meant()
    {
        using var space = new NftSpace("table");
        Ok(space.Connection.Create(new SizeClassLayout(IPFamily.IPv6).Table, NftOwnership.Anybody, out _));
        var listing = space.List();
        foreach (var line in (string[])[
            "ip6 daddr . meta l4proto . th dport vmap @service-ips comment \"of Services\"",
            "fib daddr type local ip6 daddr != ::1 meta l4proto . th dport vmap @service-nodeports",
            "ip6 daddr @cluster-ips reject",
            "ip6 daddr { fd00:10:96::/112 } drop",
            "meta l4proto { tcp, udp, sctp } dnat ip6 to ip6 daddr . meta l4proto . th dport . numgen random mod 2 map @endpoints",
            "ip6 saddr != fd00:10:244::/48 counter packets 0 bytes 0 meta mark set meta mark | 0x00004000",
            "meta l4proto { tcp, udp, sctp } update @affinity { ct original ip6 saddr . ct original ip6 daddr . meta l4proto . ct original proto-dst timeout 3h : ip6 daddr . th dport }",
        ])
        {
            HasLine(listing, line);
        }
    }

    [Fact]
    public void An_owned_table_outlives_a_foreign_flush_and_its_owner_and_is_adopted_by_the_next()
    {
        using var space = new NftSpace("owner");
        var layout = new SizeClassLayout(IPFamily.IPv4);
        using (var first = space.Connect())
        {
            Ok(first.Create(layout.Table, NftOwnership.Owner, out var got));
            Assert.Equal(NftOwnership.Owner, got);
            space.Namespace.Check("nft", ["flush", "ruleset"]);
            HasLine(space.List(), "chain pick-2 {");
            Assert.Contains("EPERM", Refused(space.Connection.Delete(TableFamily.IPv4, "sluice")).Message, StringComparison.Ordinal);
            Assert.Contains("table ip sluice", Refused(space.Connection.Adopt(TableFamily.IPv4, "sluice")).Message, StringComparison.Ordinal);
        }

        HasLine(space.List(), "chain pick-2 {");
        Ok(space.Connection.Adopt(TableFamily.IPv4, "sluice"));
        space.Namespace.Check("nft", ["flush", "ruleset"]);
        HasLine(space.List(), "chain pick-2 {");
        Ok(space.Connection.Create(layout.Table with { Chains = [] }, NftOwnership.Owner, out _, replaces: true));
        Assert.DoesNotContain("chain", space.List(), StringComparison.Ordinal);
        Ok(space.Connection.Delete(TableFamily.IPv4, "sluice"));
        Assert.Equal("", space.List());
    }

    [Fact]
    public void Errors_name_the_table_the_chain_and_the_expression()
    {
        using var space = new NftSpace("errors");
        var layout = new SizeClassLayout(IPFamily.IPv4);
        Assert.Equal("table ip sluice does not exist, or names what does not (ENOENT)", Refused(space.Connection.Delete(TableFamily.IPv4, "sluice")).Message);
        Ok(space.Connection.Create(layout.Table, NftOwnership.Anybody, out _));
        Assert.Equal("table ip sluice exists already (EEXIST)", Refused(space.Connection.Create(layout.Table, NftOwnership.Anybody, out _)).Message);

        var transaction = layout.Transaction();
        transaction.NewChains.Add(layout.Pick(2));
        var refused = Refused(space.Connection.Commit(transaction));
        Assert.Equal("chain ip sluice pick-2 exists already (EEXIST)", refused.Message);
        Assert.Equal("pick-2", refused.Chain);

        transaction.Clear();
        transaction.NewChains.Add(new Chain("lost", null, [new Rule([new Verdict.Goto("nowhere")])]));
        refused = Refused(space.Connection.Commit(transaction));
        Assert.StartsWith("immediate in a rule of chain ip sluice lost", refused.Message, StringComparison.Ordinal);

        transaction.Clear();
        transaction.OldChains.Add("pick-9");
        Assert.Equal("chain ip sluice pick-9 does not exist, or names what does not (ENOENT)", Refused(space.Connection.Commit(transaction)).Message);

        transaction.Clear();
        transaction.NewChains.Add(new Chain("strange", null, [new Rule([new Verdict.Unknown("STRANGE", "")])]));
        Assert.Contains("STRANGE", Refused(space.Connection.Commit(transaction)).Message, StringComparison.Ordinal);
    }
}
