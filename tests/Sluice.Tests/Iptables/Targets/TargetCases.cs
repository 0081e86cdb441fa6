using Sluice.Net;

namespace Sluice.Tests.Iptables.Targets;

/// <summary>One rule with a target: how iptables 1.8.9 prints it, and other spellings that mean the same.</summary>
/// <param name="Families">The families it can be loaded in.</param>
/// <param name="Table">The table that takes it.</param>
/// <param name="Chain">The chain that takes it.</param>
/// <param name="Save">As iptables-save prints it.</param>
/// <param name="Listed">What <c>iptables -L -n</c> prints after the addresses.</param>
/// <param name="Spellings">What people write for it.</param>
public sealed record TargetCase(IPFamily[] Families, string Table, string Chain, string Save, string Listed, string[] Spellings)
{
    /// <summary>The target's name.</summary>
    public string Target => Save[(Save.IndexOf("-j ", StringComparison.Ordinal) + 3)..].Split(' ')[0];
}

/// <summary>Rules of every target that is read, taken from the real tool.</summary>
public static class TargetCases
{
    // families | table | chain | iptables-save | iptables -L -n | other spellings
    private const string Lines = """
        46|filter|FORWARD|-j AUDIT --type drop|AUDIT drop|
        4|filter|FORWARD|-j AUDIT --type accept|AUDIT accept|
        4|filter|FORWARD|-j AUDIT --type reject|AUDIT reject|
        46|mangle|FORWARD|-j CHECKSUM --checksum-fill|CHECKSUM fill|
        46|mangle|FORWARD|-j CLASSIFY --set-class 0001:00ff|CLASSIFY set 1:ff|-j CLASSIFY --set-class 1:ff
        46|mangle|FORWARD|-j CLASSIFY --set-class 0000:ffff|CLASSIFY set 0:ffff|
        4|mangle|FORWARD|-j CLASSIFY --set-class 0010:0020|CLASSIFY set 10:20|-j CLASSIFY --set-class 0x10:0x20
        46|mangle|FORWARD|-j CONNMARK --set-xmark 0x5/0xffffffff|CONNMARK set 0x5|-j CONNMARK --set-mark 5;-j CONNMARK --set-xmark 0x5
        46|mangle|FORWARD|-j CONNMARK --set-xmark 0x5/0xff|CONNMARK xset 0x5/0xff|-j CONNMARK --set-mark 5/0xff
        46|mangle|FORWARD|-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff|CONNMARK save|-j CONNMARK --save-mark
        46|mangle|FORWARD|-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff|CONNMARK save mask 0xff|-j CONNMARK --save-mark --mask 0xff
        46|mangle|FORWARD|-j CONNMARK --save-mark --nfmask 0xf --ctmask 0xff|CONNMARK save nfmask 0xf ctmask ~0xff|
        46|mangle|FORWARD|-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff|CONNMARK restore|-j CONNMARK --restore-mark
        46|mangle|FORWARD|-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff|CONNMARK restore mask 0xff|-j CONNMARK --restore-mark --mask 0xff
        46|mangle|FORWARD|-j CONNMARK --restore-mark --nfmask 0xf --ctmask 0xff|CONNMARK restore ctmask 0xff nfmask ~0xf|
        46|mangle|FORWARD|-j CONNMARK --set-xmark 0x0/0xfffffff0|CONNMARK and 0xf|-j CONNMARK --and-mark 0xf
        46|mangle|FORWARD|-j CONNMARK --set-xmark 0xf/0xf|CONNMARK or 0xf|-j CONNMARK --or-mark 0xf
        46|mangle|FORWARD|-j CONNMARK --set-xmark 0xf/0x0|CONNMARK xor 0xf|-j CONNMARK --xor-mark 0xf
        46|mangle|FORWARD|-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xff --left-shift-mark 2|CONNMARK save mask 0xff left-shift-mark 2|-j CONNMARK --save-mark --left-shift-mark 2 --mask 0xff
        4|mangle|FORWARD|-j CONNMARK --set-xmark 0x0/0x0|CONNMARK and 0xffffffff|-j CONNMARK --set-xmark 0/0
        4|mangle|FORWARD|-j CONNMARK --set-xmark 0x0/0xffffffff|CONNMARK and 0x0|-j CONNMARK --set-mark 0
        4|mangle|FORWARD|-j CONNMARK --set-xmark 0xff/0xff|CONNMARK or 0xff|-j CONNMARK --set-mark 0xff/0x0f
        4|mangle|FORWARD|-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff --right-shift-mark 2|CONNMARK restore right-shift-mark 2|-j CONNMARK --restore-mark --right-shift-mark 2
        4|mangle|FORWARD|-j CONNMARK --set-xmark 0x5/0xff --left-shift-mark 1|CONNMARK xset 0x5/0xff left-shift-mark 1|-j CONNMARK --set-xmark 5/0xff --left-shift-mark 1
        4|mangle|FORWARD|-j CONNMARK --save-mark --nfmask 0x0 --ctmask 0x0|CONNMARK save mask 0x0|-j CONNMARK --save-mark --nfmask 0 --ctmask 0
        46|security|FORWARD|-j CONNSECMARK --save|CONNSECMARK save|
        46|security|FORWARD|-j CONNSECMARK --restore|CONNSECMARK restore|
        46|raw|PREROUTING|-j CT --notrack|CT notrack|
        46|raw|PREROUTING|-j CT|CT|-j CT --zone 0
        46|raw|PREROUTING|-j CT --zone 5|CT zone 5|
        46|raw|PREROUTING|-j CT --zone-orig 5|CT zone-orig 5|
        46|raw|PREROUTING|-j CT --zone-reply 5|CT zone-reply 5|
        46|raw|PREROUTING|-j CT --zone mark|CT zone mark|
        46|raw|PREROUTING|-j CT --zone-orig mark|CT zone-orig mark|
        46|raw|PREROUTING|-p tcp -j CT --helper ftp|CT helper ftp|
        46|raw|PREROUTING|-j CT --ctevents new,destroy|CT ctevents new,destroy|
        46|raw|PREROUTING|-j CT --expevents new|CT expevents new|
        46|raw|PREROUTING|-j CT --ctevents new,related,destroy,reply,assured,protoinfo,helper,mark,natseqinfo,secmark --zone 3|CT ctevents new,related,destroy,reply,assured,protoinfo,helper,mark,natseqinfo,secmark zone 3|
        4|raw|PREROUTING|-j CT --notrack --zone 5|CT notrack zone 5|
        4|raw|PREROUTING|-j CT --ctevents new --zone 5|CT ctevents new zone 5|-j CT --zone 5 --ctevents new
        4|raw|PREROUTING|-p tcp -j CT --helper ftp --ctevents mark --expevents new --zone-orig 7|CT helper ftp ctevents mark expevents new zone-orig 7|-p tcp -j CT --helper ftp --zone-orig 7 --expevents new --ctevents mark
        4|nat|PREROUTING|-p tcp -j DNAT --to-destination 10.0.0.1|to:10.0.0.1|-p tcp -j DNAT --to-destination 10.0.0.1-10.0.0.1
        4|nat|PREROUTING|-p tcp -j DNAT --to-destination 10.0.0.1-10.0.0.4|to:10.0.0.1-10.0.0.4|
        4|nat|PREROUTING|-p tcp -j DNAT --to-destination 10.0.0.1-10.0.0.4:80-90 --random --persistent|to:10.0.0.1-10.0.0.4:80-90 random persistent|
        46|nat|PREROUTING|-p tcp -j DNAT --to-destination :80|to::80|
        4|nat|PREROUTING|-p tcp -j DNAT --to-destination :80-90|to::80-90|
        4|nat|PREROUTING|-p tcp -j DNAT --to-destination :80-90/80|to::80-90/80|
        4|nat|PREROUTING|-p tcp -j DNAT --to-destination 10.0.0.1:80-90/85|to:10.0.0.1:80-90/85|
        4|nat|PREROUTING|-p tcp -j DNAT --to-destination 10.0.0.1:0|to:10.0.0.1:0|
        4|nat|PREROUTING|-j DNAT --to-destination 10.0.0.1 --persistent|to:10.0.0.1 persistent|
        4|nat|PREROUTING|-p tcp -j DNAT --to-destination 10.0.0.1:80|to:10.0.0.1:80|-p tcp -j DNAT --to 10.0.0.1:80;-p tcp -j DNAT --to-destination 10.0.0.1:80-80;-p tcp -j DNAT --to-destination 10.0.0.1:http
        4|nat|PREROUTING|-p tcp -j DNAT --to-destination 10.0.0.1:80-90/80|to:10.0.0.1:80-90/80|
        4|nat|PREROUTING|-j DNAT --to-destination 10.0.0.4-10.0.0.1|to:10.0.0.4-10.0.0.1|
        6|nat|PREROUTING|-p tcp -j DNAT --to-destination fd00::1|to:fd00::1|
        6|nat|PREROUTING|-p tcp -j DNAT --to-destination [fd00::1]:80|to:[fd00::1]:80|
        6|nat|PREROUTING|-p tcp -j DNAT --to-destination fd00::1-fd00::4|to:fd00::1-fd00::4|
        6|nat|PREROUTING|-p tcp -j DNAT --to-destination [fd00::1-fd00::4]:80-90 --random --persistent|to:[fd00::1-fd00::4]:80-90 random persistent|
        6|nat|PREROUTING|-p tcp -j DNAT --to-destination [fd00::1]:80-90/85|to:[fd00::1]:80-90/85|
        46|mangle|FORWARD|-j DSCP --set-dscp 0x1a|DSCP set 0x1a|-j DSCP --set-dscp-class AF31
        46|mangle|FORWARD|-j DSCP --set-dscp 0x0a|DSCP set 0x0a|-j DSCP --set-dscp 10
        46|mangle|FORWARD|-j DSCP --set-dscp 0x2e|DSCP set 0x2e|-j DSCP --set-dscp-class EF
        4|mangle|FORWARD|-j DSCP --set-dscp 0x00|DSCP set 0x00|-j DSCP --set-dscp 0;-j DSCP --set-dscp-class BE
        4|mangle|FORWARD|-j DSCP --set-dscp 0x38|DSCP set 0x38|-j DSCP --set-dscp-class CS7
        4|mangle|FORWARD|-p tcp -j ECN --ecn-tcp-remove|ECN TCP remove|
        4|mangle|FORWARD|-p tcp -j ECN --ecn-tcp-cwr 1|ECN CWR=1|
        4|mangle|FORWARD|-p tcp -j ECN --ecn-ip-ect 1|ECN ECT codepoint=1|
        4|mangle|FORWARD|-p tcp -j ECN --ecn-tcp-ece 1 --ecn-tcp-cwr 0 --ecn-ip-ect 2|ECN ECE=1 CWR=0 ECT codepoint=2|-p tcp -j ECN --ecn-tcp-cwr 0 --ecn-tcp-ece 1 --ecn-ip-ect 2
        4|mangle|FORWARD|-p tcp -j ECN --ecn-tcp-ece 0|ECN ECE=0|
        6|mangle|FORWARD|-j HL --hl-set 64|HL set to 64|
        6|mangle|FORWARD|-j HL --hl-inc 2|HL increment by 2|
        6|mangle|FORWARD|-j HL --hl-dec 2|HL decrement by 2|
        6|mangle|FORWARD|-p tcp -j HL --hl-set 0|HL set to 0|
        46|filter|FORWARD|-j IDLETIMER --timeout 42 --label foo|timeout:42 label:foo|
        46|filter|FORWARD|-j IDLETIMER --timeout 42 --label foo2 --alarm|timeout:42 label:foo2 alarm|
        46|filter|FORWARD|-j LOG|LOG flags 0 level 4|-j LOG --log-level 4
        46|filter|FORWARD|-j LOG --log-prefix "a b: " --log-level 7|LOG flags 0 level 7 prefix "a b: "|
        46|filter|FORWARD|-j LOG --log-level 7 --log-tcp-sequence --log-tcp-options --log-ip-options --log-uid --log-macdecode|LOG flags 47 level 7|-j LOG --log-level debug --log-tcp-sequence --log-tcp-options --log-ip-options --log-uid --log-macdecode
        46|filter|FORWARD|-j LOG --log-prefix x|LOG flags 0 level 4 prefix "x"|-j LOG --log-prefix x --log-level warning
        46|filter|FORWARD|-j LOG --log-prefix "a \"q\" \\ b" --log-level 6|LOG flags 0 level 6 prefix "a "q" \ b"|
        4|filter|FORWARD|-j LOG --log-prefix "a\'b"|LOG flags 0 level 4 prefix "a'b"|-j LOG --log-prefix "a'b"
        4|filter|FORWARD|-j LOG --log-level 0 --log-tcp-options|LOG flags 2 level 0|-j LOG --log-level emerg --log-tcp-options
        4|filter|FORWARD|-j LOG --log-prefix "a]"|LOG flags 0 level 4 prefix "a]"|
        4|filter|FORWARD|-j LOG --log-prefix "ends "|LOG flags 0 level 4 prefix "ends "|
        46|mangle|FORWARD|-j MARK --set-xmark 0x5/0xffffffff|MARK set 0x5|-j MARK --set-mark 5
        46|mangle|FORWARD|-j MARK --set-xmark 0x5/0xf|MARK xset 0x5/0xf|-j MARK --set-mark 5/0xf
        46|mangle|FORWARD|-j MARK --set-xmark 0x0/0xfffffff0|MARK and 0xf|-j MARK --and-mark 0xf
        46|mangle|FORWARD|-j MARK --set-xmark 0xf/0xf|MARK or 0xf|-j MARK --or-mark 0xf
        46|mangle|FORWARD|-j MARK --set-xmark 0xf/0x0|MARK xor 0xf|-j MARK --xor-mark 0xf
        46|mangle|FORWARD|-j MARK --set-xmark 0x4000/0x0|MARK xor 0x4000|
        46|mangle|FORWARD|-j MARK --set-xmark 0x4000/0x4001|MARK xset 0x4000/0x4001|
        4|mangle|FORWARD|-j MARK --set-xmark 0x0/0x0|MARK and 0xffffffff|-j MARK --set-xmark 0/0;-j MARK --and-mark 0xffffffff;-j MARK --or-mark 0
        4|mangle|FORWARD|-j MARK --set-xmark 0x0/0xffffffff|MARK and 0x0|-j MARK --set-mark 0;-j MARK --and-mark 0
        4|mangle|FORWARD|-j MARK --set-xmark 0xff/0xff|MARK or 0xff|-j MARK --set-mark 0xff/0x0f
        4|mangle|FORWARD|-j MARK --set-xmark 0xff/0xf|MARK xset 0xff/0xf|-j MARK --set-xmark 0xff/0x0f
        4|mangle|FORWARD|-j MARK --set-xmark 0xffffffff/0xffffffff|MARK or 0xffffffff|-j MARK --or-mark 0xffffffff
        4|mangle|FORWARD|-j MARK --set-xmark 0x8/0xff|MARK xset 0x8/0xff|-j MARK --set-xmark 010/0xff
        4|nat|POSTROUTING|-j MASQUERADE||
        4|nat|POSTROUTING|-j MASQUERADE --random|random|
        46|nat|POSTROUTING|-j MASQUERADE --random-fully|random-fully|
        46|nat|POSTROUTING|-p tcp -j MASQUERADE --to-ports 1024-2000|masq ports: 1024-2000|
        4|nat|POSTROUTING|-p tcp -j MASQUERADE --to-ports 1024-2000 --random --random-fully|masq ports: 1024-2000 random random-fully|
        4|nat|POSTROUTING|-p tcp -j MASQUERADE --to-ports 1024|masq ports: 1024|
        4|nat|POSTROUTING|-p tcp -j MASQUERADE --to-ports 0|masq ports: 0|
        4|nat|PREROUTING|-j NETMAP --to 10.0.0.0/24|to:10.0.0.0/24|
        4|nat|PREROUTING|-j NETMAP --to 10.0.0.5/32|to:10.0.0.5/32|-j NETMAP --to 10.0.0.5
        4|nat|PREROUTING|-j NETMAP --to 0.0.0.0/0|to:0.0.0.0/0|
        6|nat|PREROUTING|-j NETMAP --to fd00::/64|to:fd00::/64|
        6|nat|PREROUTING|-j NETMAP --to fd00::5/128|to:fd00::5/128|-j NETMAP --to fd00::5
        46|filter|FORWARD|-j NFLOG||-j NFLOG --nflog-group 0
        46|filter|FORWARD|-j NFLOG --nflog-prefix "a b" --nflog-group 3 --nflog-threshold 5|nflog-prefix "a b" nflog-group 3 nflog-threshold 5|-j NFLOG --nflog-group 3 --nflog-prefix "a b" --nflog-threshold 5
        46|filter|FORWARD|-j NFLOG --nflog-range 64|nflog-range 64|
        46|filter|FORWARD|-j NFLOG --nflog-size 64|nflog-size 64|
        4|filter|FORWARD|-j NFLOG --nflog-prefix "a\"b"|nflog-prefix "a\"b"|
        46|filter|FORWARD|-j NFQUEUE --queue-num 0|NFQUEUE num 0|-j NFQUEUE
        46|filter|FORWARD|-j NFQUEUE --queue-num 3|NFQUEUE num 3|
        46|filter|FORWARD|-j NFQUEUE --queue-num 3 --queue-bypass|NFQUEUE num 3 bypass|
        46|filter|FORWARD|-j NFQUEUE --queue-balance 0:3|NFQUEUE balance 0:3|
        46|filter|FORWARD|-j NFQUEUE --queue-balance 0:3 --queue-bypass --queue-cpu-fanout|NFQUEUE balance 0:3 bypass cpu-fanout|-j NFQUEUE --queue-balance 0:3 --queue-cpu-fanout --queue-bypass
        4|filter|FORWARD|-j NFQUEUE --queue-num 65535|NFQUEUE num 65535|
        4|filter|FORWARD|-j NFQUEUE --queue-balance 5:6 --queue-bypass|NFQUEUE balance 5:6 bypass|
        46|raw|PREROUTING|-j NOTRACK|NOTRACK|
        46|filter|FORWARD|-j QUEUE||
        46|filter|FORWARD|-j RATEEST --rateest-name RE1 --rateest-interval 250.0ms --rateest-ewmalog 500.0ms|name RE1 interval 250.0ms ewmalog 500.0ms|
        4|filter|FORWARD|-j RATEEST --rateest-name RE2 --rateest-interval 1.0s --rateest-ewmalog 2.0s|name RE2 interval 1.0s ewmalog 2.0s|
        4|nat|PREROUTING|-j REDIRECT||
        46|nat|PREROUTING|-p tcp -j REDIRECT --to-ports 80|redir ports 80|-p tcp -j REDIRECT --to-port 80;-p tcp -j REDIRECT --to-ports http
        4|nat|PREROUTING|-p tcp -j REDIRECT --to-ports 80-90 --random|redir ports 80-90 random|
        4|nat|PREROUTING|-j REDIRECT --random|random|
        4|nat|PREROUTING|-p tcp -j REDIRECT --to-ports 0|redir ports 0|
        4|filter|FORWARD|-j REJECT --reject-with icmp-port-unreachable|reject-with icmp-port-unreachable|
        46|filter|FORWARD|-p tcp -j REJECT --reject-with tcp-reset|reject-with tcp-reset|
        4|filter|FORWARD|-j REJECT --reject-with icmp-admin-prohibited|reject-with icmp-admin-prohibited|
        4|filter|FORWARD|-j REJECT --reject-with icmp-net-unreachable|reject-with icmp-net-unreachable|
        4|filter|FORWARD|-j REJECT --reject-with icmp-proto-unreachable|reject-with icmp-proto-unreachable|
        4|filter|FORWARD|-j REJECT --reject-with icmp-host-prohibited|reject-with icmp-host-prohibited|
        4|filter|FORWARD|-j REJECT --reject-with icmp-host-unreachable|reject-with icmp-host-unreachable|
        4|filter|FORWARD|-j REJECT --reject-with icmp-net-prohibited|reject-with icmp-net-prohibited|
        6|filter|FORWARD|-j REJECT --reject-with icmp6-port-unreachable|reject-with icmp6-port-unreachable|
        6|filter|FORWARD|-j REJECT --reject-with icmp6-adm-prohibited|reject-with icmp6-adm-prohibited|
        6|filter|FORWARD|-j REJECT --reject-with icmp6-no-route|reject-with icmp6-no-route|
        4|mangle|FORWARD|-j SET --add-set s4 src|add-set s4 src|
        4|mangle|FORWARD|-j SET --add-set s4 src,dst --exist --timeout 60|add-set s4 src,dst exist timeout 60|
        4|mangle|FORWARD|-j SET --del-set s4 src|del-set s4 src|
        4|mangle|FORWARD|-j SET --add-set s4 src --del-set s4 dst|add-set s4 src del-set s4 dst|
        4|mangle|FORWARD|-j SET --map-set s4 src --map-mark --map-prio --map-queue|map-set s4 src map-mark map-prio map-queue|
        4|mangle|FORWARD|-j SET --add-set s4 src --timeout 0|add-set s4 src timeout 0|
        4|mangle|FORWARD|-j SET --add-set s4 src,dst,src,dst,src,dst|add-set s4 src,dst,src,dst,src,dst|
        4|mangle|FORWARD|-j SET --add-set s4 src --exist --del-set s4 dst|add-set s4 src exist del-set s4 dst|
        4|mangle|FORWARD|-j SET --add-set s4 dst --map-set s4 src --map-mark|add-set s4 dst map-set s4 src map-mark|-j SET --map-set s4 src --map-mark --add-set s4 dst
        6|mangle|FORWARD|-j SET --add-set s6 src|add-set s6 src|
        4|nat|POSTROUTING|-p tcp -j SNAT --to-source 10.0.0.1|to:10.0.0.1|-p tcp -j SNAT --to 10.0.0.1
        4|nat|POSTROUTING|-p tcp -j SNAT --to-source 10.0.0.1:80|to:10.0.0.1:80|
        4|nat|POSTROUTING|-p tcp -j SNAT --to-source 10.0.0.1-10.0.0.4:80-90 --random --random-fully --persistent|to:10.0.0.1-10.0.0.4:80-90 random random-fully persistent|
        4|nat|POSTROUTING|-p tcp -j SNAT --to-source :80-90|to::80-90|
        4|nat|POSTROUTING|-p tcp -j SNAT --to-source 10.0.0.1:0|to:10.0.0.1:0|
        6|nat|POSTROUTING|-p tcp -j SNAT --to-source [fd00::1-fd00::4]:80|to:[fd00::1-fd00::4]:80|
        6|nat|POSTROUTING|-p tcp -j SNAT --to-source fd00::1|to:fd00::1|
        6|nat|POSTROUTING|-j SNAT --to-source fd00::1-fd00::4 --persistent|to:fd00::1-fd00::4 persistent|
        46|mangle|FORWARD|-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu|tcp flags:0x06/0x02 TCPMSS clamp to PMTU|
        46|mangle|FORWARD|-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1400|tcp flags:0x06/0x02 TCPMSS set 1400|
        4|mangle|FORWARD|-p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 0|tcp flags:0x06/0x02 TCPMSS set 0|
        46|mangle|FORWARD|-p tcp -j TCPOPTSTRIP||
        46|mangle|FORWARD|-p tcp -j TCPOPTSTRIP --strip-options 2,3,4,5|TCPOPTSTRIP options 2,3,4,5|
        46|mangle|FORWARD|-p tcp -j TCPOPTSTRIP --strip-options 2,8,30|TCPOPTSTRIP options 2,8,30|-p tcp -j TCPOPTSTRIP --strip-options mss,timestamp,30
        4|mangle|FORWARD|-j TEE --gateway 10.0.0.1|TEE gw:10.0.0.1|
        4|mangle|FORWARD|-j TEE --gateway 10.0.0.1 --oif eth0|TEE gw:10.0.0.1 oif=eth0|
        4|mangle|FORWARD|-j TEE --gateway 10.0.0.1 --oif e+|TEE gw:10.0.0.1 oif=e+|
        6|mangle|FORWARD|-j TEE --gateway fd00::1|TEE gw:fd00::1|
        46|mangle|FORWARD|-j TOS --set-tos 0x10/0xff|TOS set 0x10/0xff|-j TOS --set-tos 0x10
        46|mangle|FORWARD|-j TOS --set-tos 0x10/0x3f|TOS set 0x10/0x3f|-j TOS --set-tos Minimize-Delay
        46|mangle|FORWARD|-j TOS --set-tos 0x00/0x0f|TOS set 0x00/0x0f|-j TOS --and-tos 0xf0
        46|mangle|FORWARD|-j TOS --set-tos 0x0f/0x0f|TOS set 0x0f/0x0f|-j TOS --or-tos 0x0f
        46|mangle|FORWARD|-j TOS --set-tos 0x0f/0x00|TOS set 0x0f/0x00|-j TOS --xor-tos 0x0f
        4|mangle|FORWARD|-j TOS --set-tos 0x00/0xff|TOS set 0x00/0xff|-j TOS --set-tos 0;-j TOS --set-tos 0/0xff
        4|mangle|FORWARD|-j TOS --set-tos 0x00/0x3f|TOS set 0x00/0x3f|-j TOS --set-tos Normal-Service
        4|mangle|FORWARD|-j TOS --set-tos 0x01/0x02|TOS set 0x01/0x02|-j TOS --set-tos 0x1/0x2
        4|mangle|PREROUTING|-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x0/0x0|TPROXY redirect 0.0.0.0:80 mark 0x0/0x0|
        4|mangle|PREROUTING|-p tcp -j TPROXY --on-port 80 --on-ip 10.0.0.1 --tproxy-mark 0x1/0x1|TPROXY redirect 10.0.0.1:80 mark 0x1/0x1|
        4|mangle|PREROUTING|-p udp -j TPROXY --on-port 0 --on-ip 0.0.0.0 --tproxy-mark 0x1/0xffffffff|TPROXY redirect 0.0.0.0:0 mark 0x1/0xffffffff|
        6|mangle|PREROUTING|-p tcp -j TPROXY --on-port 80 --on-ip :: --tproxy-mark 0x0/0x0|TPROXY redirect :::80 mark 0x0/0x0|
        6|mangle|PREROUTING|-p udp -j TPROXY --on-port 0 --on-ip :: --tproxy-mark 0x1/0xffffffff|TPROXY redirect :::0 mark 0x1/0xffffffff|
        6|mangle|PREROUTING|-p tcp -j TPROXY --on-port 80 --on-ip fd00::1 --tproxy-mark 0x1/0x1|TPROXY redirect fd00::1:80 mark 0x1/0x1|
        6|mangle|PREROUTING|-p tcp -j TPROXY --on-port 80 --on-ip fd00::1 --tproxy-mark 0x0/0x0|TPROXY redirect fd00::1:80 mark 0x0/0x0|-p tcp -j TPROXY --on-port 80 --on-ip fd00::1
        46|raw|PREROUTING|-j TRACE||
        4|mangle|FORWARD|-j TTL --ttl-set 64|TTL set to 64|
        4|mangle|FORWARD|-j TTL --ttl-inc 2|TTL increment by 2|
        4|mangle|FORWARD|-j TTL --ttl-dec 2|TTL decrement by 2|
        4|mangle|FORWARD|-j TTL --ttl-set 0|TTL set to 0|
        4|mangle|FORWARD|-j TTL --ttl-inc 255|TTL increment by 255|
        """;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TargetCase> All { get; } = [.. Lines.Split('\n').Select(Parse)];

    private static TargetCase Parse(string line)
    {
        var fields = line.Split('|');
        IPFamily[] families = [.. fields[0].Select(c => c == '4' ? IPFamily.IPv4 : IPFamily.IPv6)];
        return new(families, fields[1], fields[2], fields[3], fields[4], fields[5].Split(';', StringSplitOptions.RemoveEmptyEntries));
    }
}
