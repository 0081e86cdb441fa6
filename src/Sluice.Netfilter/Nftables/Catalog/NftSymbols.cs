using System.Collections.Frozen;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Catalog;

/// <summary>The names of values by type (<c>nft describe</c>; nft's src/datatype.c, src/ct.c, src/meta.c, src/fib.c, src/proto.c).</summary>
internal static class NftSymbols
{
    // Protocols with the ones that dumps are full of first; icmpv6 is how nft reads what it writes as ipv6-icmp.
    private const string Protocols = """
        tcp 6 udp 17 icmp 1 ipv6-icmp 58 icmpv6 58 sctp 132 ip 0 igmp 2 ggp 3 ipencap 4 st 5 egp 8 igp 9 pup 12 hmp 20
        xns-idp 22 rdp 27 iso-tp4 29 dccp 33 xtp 36 ddp 37 idpr-cmtp 38 ipv6 41 ipv6-route 43 ipv6-frag 44 idrp 45 rsvp 46
        gre 47 esp 50 ah 51 skip 57 ipv6-nonxt 59 ipv6-opts 60 rspf 73 vmtp 81 eigrp 88 ospf 89 ax.25 93 ipip 94 etherip 97
        encap 98 pim 103 ipcomp 108 comp 108 vrrp 112 l2tp 115 isis 124 fc 133 mobility-header 135 mh 135 udplite 136
        mpls-in-ip 137 manet 138 hip 139 shim6 140 wesp 141 rohc 142 ethernet 143
        """;

    private static readonly FrozenDictionary<string, SymbolTable> s_tables = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["inet_proto"] = Protocols,
        ["nf_proto"] = "ipv4 2 ipv6 10",
        ["ether_type"] = "ip 2048 arp 2054 ip6 34525 8021q 33024 8021ad 34984 vlan 33024",
        ["arp_op"] = "request 1 reply 2 rrequest 3 rreply 4 inrequest 8 inreply 9 nak 10",
        ["tcp_flag"] = "fin 1 syn 2 rst 4 psh 8 ack 16 urg 32 ecn 64 cwr 128",
        ["icmp_type"] = """
            echo-reply 0 destination-unreachable 3 source-quench 4 redirect 5 echo-request 8 router-advertisement 9
            router-solicitation 10 time-exceeded 11 parameter-problem 12 timestamp-request 13 timestamp-reply 14 info-request 15
            info-reply 16 address-mask-request 17 address-mask-reply 18
            """,
        ["icmp_code"] = """
            net-unreachable 0 host-unreachable 1 prot-unreachable 2 port-unreachable 3 frag-needed 4 net-prohibited 9
            host-prohibited 10 admin-prohibited 13
            """,
        ["icmpv6_type"] = """
            destination-unreachable 1 packet-too-big 2 time-exceeded 3 parameter-problem 4 echo-request 128 echo-reply 129
            mld-listener-query 130 mld-listener-report 131 mld-listener-done 132 mld-listener-reduction 132 nd-router-solicit 133
            nd-router-advert 134 nd-neighbor-solicit 135 nd-neighbor-advert 136 nd-redirect 137 router-renumbering 138
            ind-neighbor-solicit 141 ind-neighbor-advert 142 mld2-listener-report 143
            """,
        ["icmpv6_code"] = "no-route 0 admin-prohibited 1 addr-unreachable 3 port-unreachable 4 policy-fail 5 reject-route 6",
        ["icmpx_code"] = "no-route 0 port-unreachable 1 host-unreachable 2 admin-prohibited 3",
        ["igmp_type"] = """
            membership-query 17 membership-report-v1 18 membership-report-v2 22 leave-group 23 membership-report-v3 34
            """,
        ["mh_type"] = """
            binding-refresh-request 0 home-test-init 1 careof-test-init 2 home-test 3 careof-test 4 binding-update 5
            binding-acknowledgement 6 binding-error 7 fast-binding-update 8 fast-binding-acknowledgement 9
            fast-binding-advertisement 10 experimental-mobility-header 11 home-agent-switch-message 12
            """,
        ["dccp_pkttype"] = """
            request 0 response 1 data 2 ack 3 dataack 4 closereq 5 close 6 reset 7 sync 8 syncack 9
            """,
        ["dscp"] = """
            cs0 0 cs1 8 cs2 16 cs3 24 cs4 32 cs5 40 cs6 48 cs7 56 df 0 be 0 lephb 1 af11 10 af12 12 af13 14 af21 18 af22 20
            af23 22 af31 26 af32 28 af33 30 af41 34 af42 36 af43 38 va 44 ef 46
            """,
        ["ecn"] = "not-ect 0 ect1 1 ect0 2 ce 3",
        ["pkt_type"] = "host 0 unicast 0 broadcast 1 multicast 2 other 3",
        ["fib_addrtype"] = """
            unspec 0 unicast 1 local 2 broadcast 3 anycast 4 multicast 5 blackhole 6 unreachable 7 prohibit 8 throw 9 nat 10
            xresolve 11
            """,
        ["iface_type"] = "ether 1 ppp 512 ipip 768 ipip6 769 loopback 772 sit 776 ipgre 778",
        ["ct_state"] = "invalid 1 established 2 related 4 new 8 untracked 64",
        ["ct_status"] = "expected 1 seen-reply 2 assured 4 confirmed 8 snat 16 dnat 32 dying 512",
        ["ct_dir"] = "original 0 reply 1",
        ["ct_event"] = """
            new 1 related 2 destroy 4 reply 8 assured 16 protoinfo 32 helper 64 mark 128 seqadj 256 secmark 512 label 1024
            """,
        ["day"] = "Sunday 0 Monday 1 Tuesday 2 Wednesday 3 Thursday 4 Friday 5 Saturday 6",
        ["boolean"] = "exists 1 missing 0 true 1 false 0",
        ["devgroup"] = "default 0",
        ["uid"] = "root 0",
        ["gid"] = "root 0",
    }.ToFrozenDictionary(t => t.Key, t => new SymbolTable(t.Value), StringComparer.Ordinal);

    /// <summary>The names of a type's values; null when its values have none.</summary>
    public static SymbolTable? Of(NftType type) => s_tables.GetValueOrDefault(type.Name);
}
