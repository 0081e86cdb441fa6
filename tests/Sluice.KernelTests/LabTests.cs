using System.Net;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests;

/// <summary>
/// Proves the instrument: under rules written by hand, in both variants, it must report what the rules plainly say; and
/// pins the facts of the kernel that Lab/README.md lists.
/// </summary>
public sealed partial class LabTests(LabFixture fixture) : IClassFixture<LabFixture>
{
    private const LabFamily Four = LabFamily.IPv4;
    private const LabFamily Six = LabFamily.IPv6;
    private const string Outside = "203.0.113.7";
    private const string Pod = "10.244.1.5";
    private ushort _port = 40000;

    public static TheoryData<LabVariant> Variants => [LabVariant.Nft, LabVariant.Legacy];

    [Theory, MemberData(nameof(Variants))]
    public void Without_rules_a_packet_for_a_pod_leaves_towards_it(LabVariant variant)
    {
        var seen = Try(variant, "*filter\nCOMMIT\n", From(Outside, Pod, 80));

        Is(new LabDisposition.Forwarded("cni0"), seen);
        Assert.Equal(63, seen.Last!.Ttl);
        Assert.Empty(seen.Path);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Without_rules_a_packet_for_the_node_is_accepted_and_its_stack_answers(LabVariant variant)
    {
        // What an earlier ruleset left, a policy included, is gone.
        _ = Load(variant, "*filter\n:INPUT DROP [0:0]\nCOMMIT\n");
        var seen = Try(variant, "*filter\nCOMMIT\n", From(Outside, "192.0.2.1", 80));

        Is(new LabDisposition.Accepted(), seen);
        Assert.Contains(seen.Answers, a => a.Stage == LabStage.Left && (a.Packet.TcpFlags & LabTcpFlags.Rst) != LabTcpFlags.None);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Drop_and_policy_drop_leave_nothing(LabVariant variant)
    {
        var lab = Load(variant, """
            *filter
            :INPUT DROP [0:0]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT
            -A FORWARD -d 10.244.1.5/32 -j DROP
            -A OUTPUT -d 10.244.1.5/32 -j DROP
            COMMIT
            """);
        var seen = lab.Send([From(Outside, Pod, 80), From(Outside, "192.0.2.1", 80), From(Outside, "192.0.2.1", 22), Local(Pod, 80)]);

        Is(new LabDisposition.Dropped(), seen[0], "filter FORWARD 1");
        Is(new LabDisposition.Dropped(), seen[1], "filter INPUT policy");
        Is(new LabDisposition.Accepted(), seen[2], "filter INPUT 1");
        Is(new LabDisposition.Dropped(), seen[3], "filter OUTPUT 1");
        Assert.Equal(1, seen[3].SendErrno);
    }

    [Theory]
    [InlineData("icmp-net-unreachable")]
    [InlineData("icmp-host-unreachable")]
    [InlineData("icmp-proto-unreachable")]
    [InlineData("icmp-port-unreachable")]
    [InlineData("icmp-net-prohibited")]
    [InlineData("icmp-host-prohibited")]
    [InlineData("icmp-admin-prohibited")]
    [InlineData("tcp-reset")]
    public void Reject_is_seen_as_its_answer_in_every_hook_of_filter(string kind)
    {
        foreach (var variant in Enum.GetValues<LabVariant>())
        {
            var lab = Load(variant, $"""
                *filter
                -A INPUT -p tcp -j REJECT --reject-with {kind}
                -A FORWARD -p tcp -j REJECT --reject-with {kind}
                -A OUTPUT -p tcp -m tcp --dport 80 -j REJECT --reject-with {kind}
                COMMIT
                """);
            var seen = lab.Send([From(Outside, Pod, 80), From(Outside, "192.0.2.1", 80), Local(Pod, 80)]);

            Is(new LabDisposition.Rejected(kind), seen[0], "filter FORWARD 1");
            Is(new LabDisposition.Rejected(kind), seen[1], "filter INPUT 1");
            Is(new LabDisposition.Rejected(kind), seen[2], "filter OUTPUT 1");
        }
    }

    [Theory]
    [InlineData("icmp6-no-route")]
    [InlineData("icmp6-adm-prohibited")]
    [InlineData("icmp6-addr-unreachable")]
    [InlineData("icmp6-port-unreachable")]
    [InlineData("icmp6-policy-fail")]
    [InlineData("icmp6-reject-route")]
    [InlineData("tcp-reset")]
    public void Reject_is_seen_as_its_answer_in_IPv6(string kind)
    {
        foreach (var variant in Enum.GetValues<LabVariant>())
        {
            var lab = Load(variant, $"*filter\n-A FORWARD -p tcp -j REJECT --reject-with {kind}\nCOMMIT\n", Six);

            Is(new LabDisposition.Rejected(kind), lab.Send(From("2001:db8:ffff::7", "fd00:244::5", 80)), "filter FORWARD 1");
        }
    }

    [Theory, MemberData(nameof(Variants))]
    public void Routing_refuses_before_forward_and_is_not_taken_for_a_rule(LabVariant variant)
    {
        var seen = Try(variant, "*filter\n-A FORWARD -j REJECT\nCOMMIT\n", From(Outside, Pod, 80) with { Ttl = 1 });

        Is(new LabDisposition.Unreachable("Icmp 11/0"), seen);
    }

    [Theory, MemberData(nameof(Variants))]
    public void Every_protocol_is_recognised_after_its_way_through_the_node(LabVariant variant)
    {
        var lab = Load(variant, "*filter\nCOMMIT\n");
        lab.Load(Six, "*filter\nCOMMIT\n");
        List<LabPacket> packets = [];
        foreach (var (from, to) in new[] { (Outside, Pod), ("2001:db8:ffff::7", "fd00:244::5") })
        {
            var icmp = to == Pod ? LabProtocol.Icmp : LabProtocol.Icmpv6;
            foreach (var protocol in new[] { LabProtocol.Tcp, LabProtocol.Udp, LabProtocol.Sctp, icmp })
            {
                packets.Add(From(from, to, 80) with { Protocol = protocol, IcmpId = _port, Dscp = 10 });
                packets.Add(Local(to, 80) with { Protocol = protocol, IcmpId = _port, Dscp = 10 });
            }
        }

        foreach (var seen in lab.Send(packets))
        {
            Is(new LabDisposition.Forwarded("cni0"), seen);
            Assert.Equal(10, seen.Last!.Dscp);
        }

        var known = lab.Conntrack();
        Assert.Equal(packets.Count, known.Count(c => packets.Exists(p =>
            p.Source.Equals(c.Original.Source) && p.Protocol == c.Original.Protocol
            && c.Original.SourcePort == (p.IsEcho ? p.IcmpId : p.SourcePort))));
    }

    private Observation Try(LabVariant variant, string rules, LabPacket packet) => Load(variant, rules).Send(packet);

    private KernelLab Load(LabVariant variant, string rules, LabFamily family = Four)
    {
        var lab = fixture.Lab(variant);
        lab.Load(family, rules);
        return lab;
    }

    /// <summary>A TCP SYN from the network; what the test varies it says with <c>with</c>.</summary>
    private LabPacket From(string source, string destination, ushort port) => Local(destination, port) with
    {
        Source = IPAddress.Parse(source),
        InInterface = source.StartsWith("10.244.", StringComparison.Ordinal) || source.StartsWith("fd00:", StringComparison.Ordinal)
            ? "cni0"
            : "eth0",
    };

    /// <summary>The same made on the node.</summary>
    private LabPacket Local(string destination, ushort port) => new()
    {
        Protocol = LabProtocol.Tcp,
        Source = IPAddress.Parse(destination.Contains(':') ? "2001:db8:0:1::1" : "192.0.2.1"),
        SourcePort = ++_port,
        Destination = IPAddress.Parse(destination),
        DestinationPort = port,
    };

    /// <summary>The disposition, and at least these places of the path, in their order.</summary>
    private static void Is(LabDisposition expected, Observation seen, params string[] places)
    {
        var path = seen.Path.Select(s => s.Place).ToList();
        var next = 0;
        foreach (var place in path)
        {
            next += next < places.Length && place == places[next] ? 1 : 0;
        }

        Assert.True(expected == seen.Disposition && next == places.Length,
            $"expected {expected} by {string.Join(", ", places)}, but:\n{seen}");
    }

    private static void To(string expected, Observation seen) =>
        Assert.True(expected == $"{seen.Source}:{seen.SourcePort} > {seen.Destination}:{seen.DestinationPort}",
            $"expected {expected}, but:\n{seen}");
}
