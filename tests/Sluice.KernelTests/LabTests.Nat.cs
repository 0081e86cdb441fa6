using System.Net;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests;

public sealed partial class LabTests
{
    [Theory, MemberData(nameof(Variants))]
    public void Dnat_and_masquerade_show_in_the_packet_in_the_path_and_in_conntrack(LabVariant variant)
    {
        var lab = Load(variant, """
            *nat
            :SVC - [0:0]
            -A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j SVC
            -A SVC -p udp -j RETURN
            -A SVC -j MARK --set-xmark 0x4000/0x4000
            -A SVC -p tcp -j DNAT --to-destination 10.244.1.5:8080
            -A POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
            -A POSTROUTING -j MASQUERADE
            COMMIT
            """);
        var seen = lab.Send(From(Outside, "10.96.0.1", 80));

        Is(new LabDisposition.Forwarded("cni0"), seen,
            "nat PREROUTING 1", "nat SVC 2", "nat SVC 3", "nat POSTROUTING 2");
        To($"10.244.0.1:{_port} > 10.244.1.5:8080", seen);
        Assert.Equal(0x4000u, seen.Mark);
        var entry = Assert.Single(lab.Conntrack());
        Assert.Equal(IPAddress.Parse("10.96.0.1"), entry.Original.Destination);
        Assert.Equal(new ConntrackTuple(LabProtocol.Tcp, IPAddress.Parse(Pod), 8080, IPAddress.Parse("10.244.0.1"), _port), entry.Reply);

        // The endpoint answers: conntrack undoes both, and no rule of nat is asked again.
        var reply = lab.Send(seen.Reply()!);
        Is(new LabDisposition.Forwarded("eth0"), reply);
        To($"10.96.0.1:80 > {Outside}:{_port}", reply);
        Assert.Empty(reply.Path);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Snat_and_netmap_and_redirect_change_what_they_say(LabVariant variant)
    {
        var lab = Load(variant, """
            *nat
            -A PREROUTING -d 203.0.114.0/24 -j NETMAP --to 10.244.1.0/24
            -A PREROUTING -p tcp -m tcp --dport 81 -j REDIRECT --to-ports 8081
            -A OUTPUT -p tcp -m tcp --dport 81 -j REDIRECT --to-ports 8081
            -A POSTROUTING -d 10.244.1.5/32 -p tcp -j SNAT --to-source 192.0.2.2:1234
            COMMIT
            """);
        var seen = lab.Send([From(Outside, "203.0.114.5", 80), From("10.244.7.7", "198.18.0.1", 81), Local("198.18.0.1", 81)]);

        To("192.0.2.2:1234 > 10.244.1.5:80", seen[0]);

        // REDIRECT sends to the first address of the link the packet came over; on the node, to 127.0.0.1.
        Is(new LabDisposition.Accepted(), seen[1], "nat PREROUTING 2");
        To($"10.244.7.7:{_port - 1} > 10.244.0.1:8081", seen[1]);
        Is(new LabDisposition.Accepted(), seen[2], "nat OUTPUT 1");
        To($"192.0.2.1:{_port} > 127.0.0.1:8081", seen[2]);
    }

    [Theory, MemberData(nameof(Variants))]
    public void A_packet_of_the_node_to_itself_meets_nat_only_on_its_way_out(LabVariant variant)
    {
        var lab = Load(variant, """
            *mangle
            :PREROUTING ACCEPT [0:0]
            :INPUT ACCEPT [0:0]
            COMMIT
            *nat
            :PREROUTING ACCEPT [0:0]
            :INPUT ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :POSTROUTING ACCEPT [0:0]
            COMMIT
            """);
        var seen = lab.Send([Local("192.0.2.2", 80), From(Outside, "192.0.2.2", 80)]);

        Assert.Equal(
            ["nat OUTPUT policy", "nat POSTROUTING policy", "mangle PREROUTING policy", "mangle INPUT policy"],
            seen[0].Path.Select(s => s.Place));
        Assert.Equal(
            ["mangle PREROUTING policy", "nat PREROUTING policy", "mangle INPUT policy", "nat INPUT policy"],
            seen[1].Path.Select(s => s.Place));
    }

    [Theory, MemberData(nameof(Variants))]
    public void A_mark_set_in_mangle_output_or_a_dnat_in_nat_output_routes_the_packet_again(LabVariant variant)
    {
        using var lab = KernelLab.Create(fixture.Lab(variant).Variant);
        lab.Ip("rule", "add", "fwmark", "0x1", "lookup", "100");
        lab.Ip("route", "add", "default", "via", "198.51.100.254", "dev", "eth1", "table", "100");
        lab.Load(Four, """
            *mangle
            -A OUTPUT -p tcp --dport 81 -j MARK --set-mark 1
            -A POSTROUTING -o eth0
            -A POSTROUTING -o eth1
            -A POSTROUTING -o cni0
            COMMIT
            *nat
            -A OUTPUT -p tcp --dport 82 -j DNAT --to-destination 10.244.1.5
            -A OUTPUT -p tcp --dport 83 -j MARK --set-mark 1
            COMMIT
            *filter
            -A OUTPUT -o eth0 -p tcp --dport 80:83 -j ACCEPT
            -A OUTPUT -p tcp --dport 84 -j MARK --set-mark 1
            COMMIT
            """);
        var seen = lab.Send([.. new ushort[] { 80, 81, 82, 83, 84 }.Select(p => Local("198.18.0.1", p))]);

        // Marks re-route after mangle OUTPUT only, not those of nat or filter. The out interface that rules of OUTPUT
        // see is that of the first routing to the end; POSTROUTING sees the new one.
        Is(new LabDisposition.Forwarded("eth0"), seen[0], "filter OUTPUT 1", "mangle POSTROUTING 1");
        Is(new LabDisposition.Forwarded("eth1"), seen[1], "mangle OUTPUT 1", "filter OUTPUT 1", "mangle POSTROUTING 2");
        Is(new LabDisposition.Forwarded("cni0"), seen[2], "nat OUTPUT 1", "filter OUTPUT 1", "mangle POSTROUTING 3");
        Is(new LabDisposition.Forwarded("eth0"), seen[3], "nat OUTPUT 2", "filter OUTPUT 1", "mangle POSTROUTING 1");
        Is(new LabDisposition.Forwarded("eth0"), seen[4], "filter OUTPUT 2", "mangle POSTROUTING 1");

        // The source stays what the first routing chose.
        To($"192.0.2.1:{_port - 2} > 10.244.1.5:82", seen[2]);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Dnat_to_loopback_needs_route_localnet(LabVariant variant)
    {
        const string rules = "*nat\n-A PREROUTING -p tcp -j DNAT --to-destination 127.0.0.1:80\nCOMMIT\n";
        using var open = KernelLab.Create(fixture.Lab(variant).Variant, new LabOptions { RouteLocalnet = true });
        open.Load(Four, rules);

        Is(new LabDisposition.Dropped(), Try(variant, rules, From(Outside, "192.0.2.1", 80)), "nat PREROUTING 1");
        Is(new LabDisposition.Accepted(), open.Send(From(Outside, "192.0.2.1", 80)), "nat PREROUTING 1");
    }

    [Theory, MemberData(nameof(Variants))]
    public void Nat_works_in_IPv6(LabVariant variant)
    {
        var lab = Load(variant, """
            *nat
            -A PREROUTING -d 2001:db8:96::1/128 -p udp -m udp --dport 53 -j DNAT --to-destination [fd00:244::5]:5353
            -A POSTROUTING -d fd00:244::5/128 -j MASQUERADE
            COMMIT
            """, Six);
        var seen = lab.Send(From("2001:db8:ffff::7", "2001:db8:96::1", 53) with { Protocol = LabProtocol.Udp });

        Is(new LabDisposition.Forwarded("cni0"), seen, "nat PREROUTING 1", "nat POSTROUTING 1");
        To($"fd00:244::1:{_port} > fd00:244::5:5353", seen);
    }
}
