using System.Net;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests;

/// <summary>Facts of Lab/README.md that a reader of rules must know, each asked of the kernel.</summary>
public sealed partial class LabTests
{
    private const string EveryTable = """
        *raw
        :PREROUTING ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        COMMIT
        *mangle
        :PREROUTING ACCEPT [0:0]
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :POSTROUTING ACCEPT [0:0]
        COMMIT
        *nat
        :PREROUTING ACCEPT [0:0]
        :INPUT ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :POSTROUTING ACCEPT [0:0]
        COMMIT
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        COMMIT
        *security
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        COMMIT
        """;

    private const string States = """
        *mangle
        -A PREROUTING -m conntrack --ctstate NEW -j MARK --set-mark 1
        -A PREROUTING -m conntrack --ctstate ESTABLISHED -j MARK --set-mark 2
        -A PREROUTING -m conntrack --ctstate RELATED -j MARK --set-mark 3
        -A PREROUTING -m conntrack --ctstate INVALID -j MARK --set-mark 4
        -A PREROUTING -m conntrack --ctstate UNTRACKED -j MARK --set-mark 5
        -A OUTPUT -m conntrack --ctstate NEW -j MARK --set-mark 0x11
        COMMIT
        """;

    private const uint New = 1;
    private const uint Related = 3;
    private const uint Invalid = 4;
    private const uint Untracked = 5;

    [Theory, MemberData(nameof(Variants))]
    public void Tables_come_in_the_order_of_their_priorities(LabVariant variant)
    {
        var lab = Load(variant, EveryTable);
        var seen = lab.Send([From(Outside, Pod, 80), From(Outside, "192.0.2.1", 80), Local(Pod, 80), Local("192.0.2.1", 80)]);

        Assert.Equal("raw PREROUTING, mangle PREROUTING, nat PREROUTING, mangle FORWARD, filter FORWARD, security FORWARD, "
            + "mangle POSTROUTING, nat POSTROUTING", Order(seen[0]));

        // iptables-nft gives security the priority 150, behind nat's 100; the legacy table has 50.
        var input = variant == LabVariant.Nft ? "nat INPUT, security INPUT" : "security INPUT, nat INPUT";
        Assert.Equal("raw PREROUTING, mangle PREROUTING, nat PREROUTING, mangle INPUT, filter INPUT, " + input, Order(seen[1]));
        const string output = "raw OUTPUT, mangle OUTPUT, nat OUTPUT, filter OUTPUT, security OUTPUT, mangle POSTROUTING, nat POSTROUTING";
        Assert.Equal(output, Order(seen[2]));
        Assert.Equal(output + ", raw PREROUTING, mangle PREROUTING, mangle INPUT, filter INPUT, security INPUT", Order(seen[3]));

        // FORWARD sees the time to live already lowered.
        Assert.Equal([64, 63, 63], seen[0].Events.Select(e => (int)e.Packet.Ttl));
    }

    [Theory, MemberData(nameof(Variants))]
    public void Conntrack_says_which_first_packets_are_new(LabVariant variant)
    {
        var lab = Load(variant, States);
        lab.Load(Six, States);

        (LabTcpFlags Flags, uint State)[] flags =
        [
            (LabTcpFlags.Syn, New), (LabTcpFlags.Syn | LabTcpFlags.Psh, New), (LabTcpFlags.Ack, New),
            (LabTcpFlags.Ack | LabTcpFlags.Psh, New), (LabTcpFlags.Ack | LabTcpFlags.Urg, New),
            (LabTcpFlags.None, Invalid), (LabTcpFlags.Fin, Invalid), (LabTcpFlags.Rst, Invalid), (LabTcpFlags.Psh, Invalid),
            (LabTcpFlags.Fin | LabTcpFlags.Ack, Invalid), (LabTcpFlags.Syn | LabTcpFlags.Ack, Invalid),
            (LabTcpFlags.Rst | LabTcpFlags.Ack, Invalid), (LabTcpFlags.Syn | LabTcpFlags.Fin, Invalid),
        ];
        foreach (var (seen, expected) in lab.Send([.. flags.Select(f => From(Outside, Pod, 80) with { TcpFlags = f.Flags })]).Zip(flags))
        {
            Assert.True(expected.State == seen.Mark, $"{expected}:\n{seen}");
        }

        (int Type, uint State)[] types =
            [(8, New), (13, New), (15, New), (17, New), (0, Invalid), (14, Invalid), (3, Invalid), (5, Invalid), (9, Invalid), (11, Invalid)];
        var echo = From(Outside, Pod, 0) with { Protocol = LabProtocol.Icmp };
        Assert.Equal(types.Select(t => t.State),
            lab.Send([.. types.Select(t => echo with { IcmpType = (byte)t.Type, IcmpId = ++_port })]).Select(s => s.Mark));

        types = [(128, New), (129, Invalid), (1, Invalid), (130, Untracked), (133, Untracked), (135, Untracked), (136, Untracked), (143, Untracked), (144, Invalid)];
        echo = From("2001:db8:ffff::7", "fd00:244::5", 0) with { Protocol = LabProtocol.Icmpv6, Ttl = 255 };
        Assert.Equal(types.Select(t => t.State),
            lab.Send([.. types.Select(t => echo with { IcmpType = (byte)t.Type, IcmpId = ++_port })]).Select(s => s.Mark));

        // A checksum is looked at in PREROUTING only; a packet that comes back over lo is still NEW.
        Assert.Equal(0x11u, lab.Send(Local(Pod, 80) with { CorruptChecksum = true }).Mark);
        Assert.Equal(New, lab.Send(Local("192.0.2.1", 80)).Mark);

        var udp = lab.Send(From(Outside, Pod, 80) with { Protocol = LabProtocol.Udp });
        Assert.Equal(Related, lab.Send(udp.ReplyError(3, 3)!).Mark);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Marks_of_prerouting_and_a_new_tos_of_output_choose_the_route(LabVariant variant)
    {
        using var lab = KernelLab.Create(fixture.Lab(variant).Variant);
        lab.Ip("rule", "add", "fwmark", "0x1", "lookup", "100");
        lab.Ip("rule", "add", "tos", "0x10", "lookup", "100");
        lab.Ip("route", "add", "default", "via", "198.51.100.254", "dev", "eth1", "table", "100");
        lab.Load(Four, """
            *mangle
            -A PREROUTING -p tcp --dport 80 -j MARK --set-mark 1
            -A FORWARD -p tcp --dport 81 -j MARK --set-mark 1
            -A OUTPUT -p tcp --dport 82 -j TOS --set-tos 0x10
            COMMIT
            """);
        var seen = lab.Send([From(Outside, "198.18.0.1", 80), From(Outside, "198.18.0.1", 81), Local("198.18.0.1", 82)]);

        Assert.Equal(["eth1", "eth0", "eth1"], seen.Select(s => ((LabDisposition.Forwarded)s.Disposition).OutInterface));
    }

    [Theory, MemberData(nameof(Variants))]
    public void Targets_that_hand_a_packet_away(LabVariant variant)
    {
        var lab = Load(variant, """
            *mangle
            :PREROUTING ACCEPT [0:0]
            -A PREROUTING -p tcp --dport 80 -j NFQUEUE --queue-num 5
            -A PREROUTING -p tcp --dport 81 -j NFQUEUE --queue-num 5 --queue-bypass
            -A PREROUTING -p tcp --dport 82 -j TPROXY --on-port 5555 --tproxy-mark 0x77
            -A PREROUTING -p tcp --dport 83:84 -j TEE --gateway 198.51.100.254
            -A PREROUTING -p tcp -j MARK --set-mark 9
            COMMIT
            *filter
            :FORWARD ACCEPT [0:0]
            -A FORWARD -p tcp --dport 84 -j DROP
            COMMIT
            """);
        var seen = lab.Send([.. new ushort[] { 80, 81, 82, 83, 84 }.Select(p => From(Outside, Pod, p))]);

        // Nobody listens: a drop; or, with bypass, as ACCEPT. TPROXY without a socket to give the packet to drops it.
        Path(seen[0], "mangle PREROUTING 1");
        Is(new LabDisposition.Dropped(), seen[0]);
        Path(seen[1], "mangle PREROUTING 2", "filter FORWARD policy");
        Is(new LabDisposition.Forwarded("cni0"), seen[1]);
        Path(seen[2], "mangle PREROUTING 3");
        Is(new LabDisposition.Dropped(), seen[2]);

        // TEE's copy leaves by itself; the packet goes on.
        Path(seen[3], "mangle PREROUTING 4", "mangle PREROUTING 5", "mangle PREROUTING policy", "filter FORWARD policy");
        Is(new LabDisposition.Forwarded("cni0"), seen[3]);
        Is(new LabDisposition.Dropped(), seen[4], "filter FORWARD 1");
    }

    [Theory, MemberData(nameof(Variants))]
    public void Translation_keeps_ports_where_it_can(LabVariant variant)
    {
        var lab = Load(variant, """
            *nat
            :PREROUTING DROP [0:0]
            -A PREROUTING -p tcp --dport 80 -j DNAT --to-destination 10.244.1.10:1000-1003
            -A PREROUTING -p tcp --dport 81 -j REDIRECT
            -A PREROUTING -p tcp --dport 82 -j ACCEPT
            -A INPUT -p tcp --dport 81 -j SNAT --to-source 192.0.2.2
            -A POSTROUTING -p tcp --dport 82 -j MASQUERADE
            COMMIT
            """);
        var first = From(Outside, Pod, 82);
        var seen = lab.Send([From(Outside, Pod, 80), From(Outside, Pod, 81), first, first with { Source = IPAddress.Parse("203.0.113.8") }, From(Outside, Pod, 83)]);

        Assert.Equal(1000, seen[0].DestinationPort);
        To($"192.0.2.2:{_port - 1} > 192.0.2.1:81", seen[1]);
        To($"10.244.0.1:{first.SourcePort} > 10.244.1.5:82", seen[2]);
        Assert.NotEqual(seen[2].SourcePort, seen[3].SourcePort);
        Is(new LabDisposition.Dropped(), seen[4], "nat PREROUTING policy");
    }

    [Theory, MemberData(nameof(Variants))]
    public void A_loopback_source_leaves_only_with_route_localnet(LabVariant variant)
    {
        const string rules = """
            *nat
            -A OUTPUT -d 127.0.0.1/32 -p tcp --dport 30000 -j DNAT --to-destination 10.244.1.5
            -A POSTROUTING -s 127.0.0.1/32 -j MASQUERADE
            COMMIT
            """;
        using var open = KernelLab.Create(fixture.Lab(variant).Variant, new LabOptions { RouteLocalnet = true });
        open.Load(Four, rules);
        var packet = Local("127.0.0.1", 30000) with { Source = IPAddress.Loopback };

        // The new routing of OUTPUT refuses the source before POSTROUTING could change it.
        Is(new LabDisposition.Unreachable("errno 22"), Try(variant, rules, packet), "nat OUTPUT 1");
        var seen = open.Send(packet);
        Is(new LabDisposition.Forwarded("cni0"), seen, "nat OUTPUT 1", "nat POSTROUTING 1");
        To($"10.244.0.1:{_port} > 10.244.1.5:30000", seen);
    }

    private static string Order(Observation seen) => string.Join(", ", seen.Path.Select(s => $"{s.Table} {s.Chain}"));
}
