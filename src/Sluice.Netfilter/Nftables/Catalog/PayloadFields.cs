using System.Collections.Frozen;
using System.Globalization;
using Sluice.Netfilter.Rules.Expressions;

namespace Sluice.Netfilter.Nftables.Catalog;

/// <summary>The fields of headers that nft has names for (nft's src/proto.c, src/exthdr.c, src/tcpopt.c, src/ipopt.c, src/sctp_chunk.c).</summary>
public static class PayloadFields
{
    // A line is "base protocol", then the fields: name, offset and width in bits, and the type where it is more than a number.
    private const string Headers = """
        Link ether: daddr 0 48 ether_addr, saddr 48 48 ether_addr, type 96 16 ether_type
        Link vlan: pcp 112 3, dei 115 1, cfi 115 1, id 116 12, type 128 16 ether_type
        Network arp: htype 0 16, ptype 16 16 ether_type, hlen 32 8, plen 40 8, operation 48 16 arp_op,
            saddr+ether 64 48 ether_addr, saddr+ip 112 32 ipv4_addr, daddr+ether 144 48 ether_addr, daddr+ip 192 32 ipv4_addr
        Network ip: version 0 4, hdrlength 4 4, dscp 8 6 dscp, ecn 14 2 ecn, length 16 16, id 32 16, frag-off 48 16, ttl 64 8,
            protocol 72 8 inet_proto, checksum 80 16, saddr 96 32 ipv4_addr, daddr 128 32 ipv4_addr
        Network ip6: version 0 4, dscp 4 6 dscp, ecn 10 2 ecn, flowlabel 12 20, length 32 16, nexthdr 48 8 inet_proto,
            hoplimit 56 8, saddr 64 128 ipv6_addr, daddr 192 128 ipv6_addr
        Transport icmp: type 0 8 icmp_type, code 8 8 icmp_code, checksum 16 16, id 32 16, sequence 48 16, mtu 48 16, gateway 32 32
        Transport icmpv6: type 0 8 icmpv6_type, code 8 8 icmpv6_code, checksum 16 16, parameter-problem 32 32, mtu 32 32,
            packet-too-big 32 32, id 32 16, sequence 48 16, max-delay 32 16, taddr 64 128 ipv6_addr, daddr 192 128 ipv6_addr
        Transport igmp: type 0 8 igmp_type, mrt 8 8, checksum 16 16, group 32 32 ipv4_addr
        Transport th: sport 0 16 inet_service, dport 16 16 inet_service
        Transport tcp: sport 0 16 inet_service, dport 16 16 inet_service, sequence 32 32, ackseq 64 32, doff 96 4, reserved 100 4,
            flags 104 8 tcp_flag, window 112 16, checksum 128 16, urgptr 144 16
        Transport udp: sport 0 16 inet_service, dport 16 16 inet_service, length 32 16, checksum 48 16
        Transport udplite: sport 0 16 inet_service, dport 16 16 inet_service, csumcov 32 16, checksum 48 16
        Transport sctp: sport 0 16 inet_service, dport 16 16 inet_service, vtag 32 32, checksum 64 32
        Transport dccp: sport 0 16 inet_service, dport 16 16 inet_service, type 67 4 dccp_pkttype
        Transport ah: nexthdr 0 8 inet_proto, hdrlength 8 8, reserved 16 16, spi 32 32, sequence 64 32
        Transport esp: spi 0 32, sequence 32 32
        Transport comp: nexthdr 0 8 inet_proto, flags 8 8, cpi 16 16
        Network hbh: nexthdr 0 8 inet_proto, hdrlength 8 8
        Network dst: nexthdr 0 8 inet_proto, hdrlength 8 8
        Network rt: nexthdr 0 8 inet_proto, hdrlength 8 8, type 16 8, seg-left 24 8
        Network frag: nexthdr 0 8 inet_proto, reserved 8 8, frag-off 16 13, reserved2 29 2, more-fragments 31 1, id 32 32
        Network mh: nexthdr 0 8 inet_proto, hdrlength 8 8, type 16 8 mh_type, reserved 24 8, checksum 32 16
        Network srh: last-entry 32 8, flags 40 8, tag 48 16
        Network ip+option: lsrr+type 0 8, lsrr+length 8 8, lsrr+ptr 16 8, lsrr+addr 24 32 ipv4_addr, rr+type 0 8, rr+length 8 8,
            rr+ptr 16 8, rr+addr 24 32 ipv4_addr, ssrr+type 0 8, ssrr+length 8 8, ssrr+ptr 16 8, ssrr+addr 24 32 ipv4_addr,
            ra+type 0 8, ra+length 8 8, ra+value 16 16
        Transport tcp+option: eol+kind 0 8, nop+kind 0 8, maxseg+kind 0 8, maxseg+length 8 8, maxseg+size 16 16, window+kind 0 8,
            window+length 8 8, window+count 16 8, sack-perm+kind 0 8, sack-perm+length 8 8, sack+kind 0 8, sack+length 8 8,
            sack+left 16 32, sack+right 48 32, timestamp+kind 0 8, timestamp+length 8 8, timestamp+tsval 16 32,
            timestamp+tsecr 48 32, fastopen+kind 0 8, fastopen+length 8 8, md5sig+kind 0 8, md5sig+length 8 8, mptcp+kind 0 8,
            mptcp+length 8 8, mptcp+subtype 16 4
        Transport sctp+chunk: data+type 0 8, data+flags 8 8, data+length 16 16, data+tsn 32 32, data+stream 64 16, data+ssn 80 16,
            data+ppid 96 32, init+type 0 8, init+flags 8 8, init+length 16 16, init+init-tag 32 32, init+a-rwnd 64 32,
            init+num-outbound-streams 96 16, init+num-inbound-streams 112 16, init+initial-tsn 128 32, sack+cum-tsn-ack 32 32,
            sack+a-rwnd 64 32, sack+num-gap-ack-blocks 96 16, sack+num-dup-tsns 112 16, shutdown+cum-tsn-ack 32 32
        """;

    // What a rule may ask the presence of (exists, missing), besides the extension headers above.
    private const string Options = """
        ip option: lsrr rr ssrr ra
        tcp option: eol nop maxseg window sack-perm sack timestamp fastopen md5sig mptcp
        sctp chunk: data init init-ack sack heartbeat heartbeat-ack abort shutdown shutdown-ack error cookie-echo cookie-ack ecne
            cwr shutdown-complete asconf-ack forward-tsn asconf
        exthdr: hbh dst rt frag mh srh
        """;

    private static readonly FrozenDictionary<string, PayloadField> s_fields = Read();

    // Those that lie at a place of a header, and have one name: dei comes after cfi.
    private static readonly PayloadField[] s_headers = [.. s_fields.Values.Where(f => !f.Protocol.Contains(' ') && f.Name != "cfi")];

    private static readonly FrozenSet<string> s_protocols =
        s_fields.Values.Select(f => f.Protocol).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The field in nft's words: protocol <c>ip</c> and name <c>saddr</c>; protocol <c>tcp option</c> and name <c>maxseg size</c>.</summary>
    /// <returns>The field; null when nft has none of that name. An option or extension header alone is whether it is there.</returns>
    public static PayloadField? Find(string protocol, string name) => s_fields.GetValueOrDefault($"{protocol} {name}");

    /// <summary>The field of a protocol that begins at a bit and has a width; 0 for the widest. Null when nft has no name for it.</summary>
    internal static PayloadField? At(string protocol, PayloadBase place, int offset, int bits)
    {
        PayloadField? widest = null;
        foreach (var field in s_headers)
        {
            if (field.Protocol == protocol && field.Base == place && field.OffsetBits == offset)
            {
                if (field.Type.Bits == bits)
                {
                    return field;
                }

                widest = bits == 0 && field.Type.Bits > (widest?.Type.Bits ?? 0) ? field : widest;
            }
        }

        return widest;
    }

    /// <summary>Whether fields of the protocol are known; options and chunks go by two words.</summary>
    internal static bool IsProtocol(string word) => s_protocols.Contains(word);

    /// <summary>Bits without a name: <c>@nh,96,32</c>.</summary>
    internal static PayloadField Raw(PayloadBase place, int offset, int bits)
    {
        var word = place switch { PayloadBase.Link => "@ll", PayloadBase.Network => "@nh", PayloadBase.Transport => "@th", _ => "@ih" };
        return new PayloadField(word, $"{offset},{bits}", place, offset, NftTypes.Integer(bits));
    }

    private static FrozenDictionary<string, PayloadField> Read()
    {
        var fields = new Dictionary<string, PayloadField>(StringComparer.Ordinal);
        foreach (var (head, list) in Entries(Headers))
        {
            var place = Enum.Parse<PayloadBase>(head[..head.IndexOf(' ')]);
            var protocol = Spaced(head[(head.IndexOf(' ') + 1)..]);
            foreach (var field in list.Split(',', StringSplitOptions.TrimEntries))
            {
                Add(fields, place, protocol, field.Split(' '));
            }
        }

        foreach (var (protocol, list) in Entries(Options))
        {
            var place = protocol is "tcp option" or "sctp chunk" ? PayloadBase.Transport : PayloadBase.Network;
            foreach (var name in list.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                fields[$"{protocol} {name}"] = new PayloadField(protocol, name, place, 0, NftTypes.Boolean);
            }
        }

        return fields.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void Add(Dictionary<string, PayloadField> fields, PayloadBase place, string protocol, string[] words)
    {
        var bits = int.Parse(words[2], CultureInfo.InvariantCulture);
        var type = words is [_, _, _, var name] ? NftTypes.Find(name)! : NftTypes.Integer(bits);
        var field = new PayloadField(protocol, Spaced(words[0]), place, int.Parse(words[1], CultureInfo.InvariantCulture), type);
        fields[field.ToString()] = field;
    }

    private static IEnumerable<(string Head, string List)> Entries(string table)
    {
        // A line without a colon goes on with the one before.
        var entries = new List<(string Head, string List)>();
        foreach (var line in table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon)
            {
                entries.Add((line[..colon], line[(colon + 2)..]));
            }
            else
            {
                entries[^1] = (entries[^1].Head, $"{entries[^1].List} {line}");
            }
        }

        return entries;
    }

    private static string Spaced(string words) => words.Replace('+', ' ');
}
