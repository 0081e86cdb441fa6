using System.Net;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests;

public sealed partial class LabTests
{
    private static readonly string[] Refused =
    [
        "raw\n-A PREROUTING -j REJECT", "mangle\n-A FORWARD -j REJECT", "nat\n-A PREROUTING -j REJECT", "security\n-A INPUT -j REJECT",
        "filter\n-A FORWARD -p udp -j REJECT --reject-with tcp-reset", "filter\n-A FORWARD -j REJECT --reject-with tcp-reset",
        "nat\n-A PREROUTING -j DROP", "nat\n-A PREROUTING -p tcp -j SNAT --to-source 192.0.2.1",
        "nat\n-A OUTPUT -p tcp -j SNAT --to-source 192.0.2.1", "nat\n-A OUTPUT -j MASQUERADE", "nat\n-A INPUT -j MASQUERADE",
        "nat\n-A INPUT -j DNAT --to-destination 192.0.2.1", "nat\n-A POSTROUTING -j DNAT --to-destination 192.0.2.1",
        "nat\n-A POSTROUTING -p tcp -j REDIRECT", "filter\n-A FORWARD -j DNAT --to-destination 192.0.2.1",
        "nat\n:A - [0:0]\n-A PREROUTING -j A\n-A A -j MASQUERADE", "nat\n:A - [0:0]\n-A PREROUTING -j A\n-A A -j A",
        "filter\n-A OUTPUT -i eth0", "nat\n-A POSTROUTING -i eth0", "nat\n-A PREROUTING -o eth0", "filter\n-A INPUT -o eth0",
        "filter\n-A INPUT -m owner --uid-owner 0", "mangle\n-A FORWARD -m owner --uid-owner 0",
        "filter\n-A INPUT -j CT --notrack", "filter\n-A INPUT -p tcp -j TPROXY --on-port 1", "mangle\n-A INPUT -p tcp -j TPROXY --on-port 1",
        "filter\n-A INPUT -m addrtype --dst-type LOCAL --limit-iface-out",
    ];

    private static readonly string[] Loaded =
    [
        "raw\n-A OUTPUT -j DROP", "mangle\n-A POSTROUTING -j DROP", "security\n-A FORWARD -j DROP", "nat\n:PREROUTING DROP [0:0]",
        "nat\n-A INPUT -j SNAT --to-source 192.0.2.1", "nat\n-A OUTPUT -p tcp -j REDIRECT", "nat\n-A PREROUTING -j NETMAP --to 10.0.0.0/8",
        "nat\n-A INPUT -j NETMAP --to 10.0.0.0/8", "nat\n-A POSTROUTING -m owner --uid-owner 0",
        "filter\n-A INPUT -j MARK --set-mark 1", "nat\n-A PREROUTING -j MARK --set-mark 1", "security\n-A INPUT -j MARK --set-mark 1",
        "nat\n:A - [0:0]\n-A A -j MASQUERADE", "filter\n-A INPUT -m addrtype --dst-type LOCAL --limit-iface-in",
    ];

    [Theory, MemberData(nameof(Variants))]
    public void The_path_is_the_same_in_both_variants(LabVariant variant)
    {
        var lab = Load(variant, """
            *raw
            :PREROUTING ACCEPT [0:0]
            COMMIT
            *mangle
            :PREROUTING ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :A - [0:0]
            :B - [0:0]
            :E - [0:0]
            -A PREROUTING -p tcp --dport 80 -j A
            -A PREROUTING -p tcp --dport 81 -g A
            -A PREROUTING -p tcp --dport 82 -g E
            -A PREROUTING -p tcp --dport 83 -j RETURN
            -A PREROUTING -p tcp --dport 84 -j E
            -A PREROUTING -p tcp --dport 85
            -A PREROUTING -p tcp --dport 80:90 -j MARK --set-mark 7
            -A A -p udp -j DROP
            -A A -p tcp -j B
            -A A -p tcp -j RETURN
            -A A -p tcp -j DROP
            -A B -p udp -j DROP
            COMMIT
            *filter
            -A INPUT -p tcp --dport 84 -j LOG --log-prefix "hello"
            COMMIT
            """);
        var seen = lab.Send([.. new ushort[] { 80, 81, 82, 83, 84, 85 }.Select(p => From(Outside, "192.0.2.1", p))]);

        Path(seen[0], "raw PREROUTING policy", "mangle PREROUTING 1", "mangle A 2", "mangle B end", "mangle A 3",
            "mangle PREROUTING 7", "mangle PREROUTING policy", "filter INPUT policy");

        // goto: RETURN and the end of the chain lead back to where the last jump was, here the policy.
        Path(seen[1], "raw PREROUTING policy", "mangle PREROUTING 2", "mangle A 2", "mangle B end", "mangle A 3",
            "mangle PREROUTING policy", "filter INPUT policy");
        Path(seen[2], "raw PREROUTING policy", "mangle PREROUTING 3", "mangle E end",
            "mangle PREROUTING policy", "filter INPUT policy");
        Path(seen[3], "raw PREROUTING policy", "mangle PREROUTING 4", "mangle PREROUTING policy", "filter INPUT policy");
        Path(seen[4], "raw PREROUTING policy", "mangle PREROUTING 5", "mangle E end", "mangle PREROUTING 7",
            "mangle PREROUTING policy", "filter INPUT 1", "filter INPUT policy");
        Path(seen[5], "raw PREROUTING policy", "mangle PREROUTING 6", "mangle PREROUTING 7", "mangle PREROUTING policy",
            "filter INPUT policy");
        Assert.Equal([7u, 0u, 0u, 0u, 7u, 7u], seen.Select(s => s.Mark));
    }

    [Theory, MemberData(nameof(Variants))]
    public void Nat_ends_at_the_first_translation_and_is_asked_for_new_connections_only(LabVariant variant)
    {
        var lab = Load(variant, """
            *mangle
            -A PREROUTING -m conntrack --ctstate NEW -j MARK --set-mark 1
            -A PREROUTING -m conntrack --ctstate ESTABLISHED -j MARK --set-mark 2
            -A PREROUTING -m conntrack --ctstate INVALID -j MARK --set-mark 3
            -A PREROUTING -m conntrack --ctstate UNTRACKED -j MARK --set-mark 4
            COMMIT
            *raw
            -A PREROUTING -p udp -j CT --notrack
            COMMIT
            *nat
            -A PREROUTING -p tcp -j DNAT --to-destination 10.244.1.6
            -A PREROUTING -j DNAT --to-destination 10.244.1.7
            -A POSTROUTING -j MASQUERADE
            COMMIT
            """);
        var first = From(Outside, Pod, 80);
        var seen = lab.Send([first, From(Outside, Pod, 80) with { CorruptChecksum = true }, From(Outside, Pod, 80) with { Protocol = LabProtocol.Udp }]);
        var reply = lab.Send(seen[0].Reply()!);
        var second = lab.Send(first with { TcpFlags = LabTcpFlags.Ack });

        Path(seen[0], "raw PREROUTING policy", "mangle PREROUTING 1", "mangle PREROUTING policy", "nat PREROUTING 1", "nat POSTROUTING 1");
        Path(seen[1], "raw PREROUTING policy", "mangle PREROUTING 3", "mangle PREROUTING policy");
        Path(seen[2], "raw PREROUTING 1", "raw PREROUTING policy", "mangle PREROUTING 4", "mangle PREROUTING policy");
        Path(reply, "raw PREROUTING policy", "mangle PREROUTING 2", "mangle PREROUTING policy");
        Path(second, "raw PREROUTING policy", "mangle PREROUTING 2", "mangle PREROUTING policy");
        To($"{Outside}:{_port - 1} > {Pod}:80", seen[1]);
        To($"10.244.0.1:{_port - 2} > 10.244.1.6:80", second);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Initial_mark_owner_and_payload_are_what_the_packet_says(LabVariant variant)
    {
        var lab = Load(variant, """
            *mangle
            -A OUTPUT -m mark --mark 0x5 -j ACCEPT
            -A OUTPUT -m owner --uid-owner 1234 -j ACCEPT
            -A OUTPUT -m string --algo bm --string "needle" -j ACCEPT
            -A OUTPUT -m length --length 128 -j ACCEPT
            COMMIT
            """);
        var seen = lab.Send(
        [
            Local(Pod, 80) with { Mark = 5 },
            Local(Pod, 80) with { Uid = 1234 },
            Local(Pod, 80) with { PayloadText = "a needle" },
            Local(Pod, 80) with { Protocol = LabProtocol.Udp, PayloadLength = 100 },
        ]);

        Assert.Equal(["mangle OUTPUT 1", "mangle OUTPUT 2", "mangle OUTPUT 3", "mangle OUTPUT 4"], seen.Select(s => s.Path[0].Place));
        Assert.Equal(5u, seen[0].Mark);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Rulesets_that_iptables_refuses_are_refused(LabVariant variant)
    {
        var lab = fixture.Lab(variant);

        Assert.Null(lab.RestoreTest("*filter\n-A INPUT -j DROP\nCOMMIT\n", Four));
        Assert.NotNull(lab.RestoreTest("*filter\n-A INPUT -m no-such-match\nCOMMIT\n", Four));

        // iptables-nft-restore --test does not look at targets that are chains; the legacy one does.
        Assert.Equal(variant == LabVariant.Nft, lab.RestoreTest("*filter\n-A INPUT -j NO-SUCH-CHAIN\nCOMMIT\n", Four) is null);

        // --test stops before the kernel; only it knows where a target may stand.
        foreach (var rules in Refused)
        {
            _ = Assert.Throws<LabException>(() => lab.Load(Four, $"*{rules}\nCOMMIT\n"));
        }

        foreach (var rules in Loaded)
        {
            lab.Load(Four, $"*{rules}\nCOMMIT\n");
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void A_new_ruleset_empties_the_tables_it_leaves_out(LabVariant variant)
    {
        _ = Load(variant, "*nat\n-A PREROUTING -p tcp -j DNAT --to-destination 10.244.9.9\nCOMMIT\n");
        var seen = Try(variant, "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n", From(Outside, Pod, 80));

        Path(seen, "filter FORWARD policy");
        Assert.Equal(IPAddress.Parse(Pod), seen.Destination);
        Assert.DoesNotContain("10.244.9.9", fixture.Lab(variant).Save(Four), StringComparison.Ordinal);
    }

    private static void Path(Observation seen, params string[] places) =>
        Assert.True(places.SequenceEqual(seen.Path.Select(s => s.Place)), $"expected {string.Join(", ", places)}, but:\n{seen}");
}
