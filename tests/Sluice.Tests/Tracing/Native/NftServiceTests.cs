using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Tracing;
using Xunit;
using static Sluice.Tests.Tracing.Native.Nft;

namespace Sluice.Tests.Tracing.Native;

/// <summary>Service routing by verdict maps and endpoint maps.</summary>
public sealed class NftServiceTests
{
    private static readonly NftKeyType s_slotType = new([NftType.IPv4Address, NftType.InetProtocol, NftType.InetService, NftType.Mark]);
    private static readonly NftKeyType s_targetType = new([NftType.IPv4Address, NftType.InetService]);

    [Fact]
    public void A_service_with_three_endpoints_sends_a_third_to_each()
    {
        Assert.Equal(
            """
            Forwarded 1/3 203.0.113.7:40000 > 10.244.1.5:8080
            Forwarded 1/3 203.0.113.7:40000 > 10.244.1.6:8080
            Forwarded 1/3 203.0.113.7:40000 > 10.244.1.7:8080
            """,
            Nft.Trace(Ask.Tcp("203.0.113.7", "10.96.0.1:80"), Services(endpoints: 3)).Show());
    }

    [Fact]
    public void A_slot_without_an_element_goes_on_behind_the_rule()
    {
        var trace = Nft.Trace(Ask.Tcp("203.0.113.7", "10.96.0.1:80"), Services(endpoints: 2));

        Assert.Equal(
            """
            Forwarded 1/3 203.0.113.7:40000 > 10.244.1.5:8080
            Forwarded 1/3 203.0.113.7:40000 > 10.244.1.6:8080
            Dropped 1/3 203.0.113.7:40000 > 10.96.0.1:80
            """,
            trace.Show());
    }

    [Fact]
    public void Another_port_is_no_key_of_the_map()
    {
        var outcome = Assert.Single(Nft.Trace(Ask.Tcp("203.0.113.7", "10.96.0.1:81"), Services(endpoints: 3)).Outcomes);

        Assert.Equal(Disposition.Forwarded, outcome.Disposition);
        Assert.Equal("10.96.0.1:81", outcome.Destination?.WithPort(outcome.DestinationPort));
        Assert.Equal("sluice/nat-prerouting/1 sluice/nat-prerouting/policy", outcome.Places());
    }

    [Fact]
    public void A_step_names_the_element_that_was_found()
    {
        var outcome = Nft.Trace(Ask.Tcp("203.0.113.7", "10.96.0.1:80"), Services(endpoints: 3)).Outcomes[0];

        var step = Assert.Single(outcome.Path, s => s.Element is not null);
        Assert.Equal("Goto pick-3", step.Action);
        Assert.Equal("ns/name", step.Element?.Comment);
    }

    [Fact]
    public void What_a_map_remembers_that_rules_fill_is_a_condition_of_its_own()
    {
        var affinity = new NftSet("affinity", s_slotType, []) { Data = s_targetType, Flags = NftSetFlags.Dynamic | NftSetFlags.Timeout };
        var table = Services(endpoints: 3, Join(Source, Protocol, DestinationPort, Mark), affinity);

        Assert.Equal(
            """
            Forwarded 1 203.0.113.7:40000 > ? [if 203.0.113.7 . tcp . 80 . 0x00000000 is in @affinity]
            Forwarded 1/3 203.0.113.7:40000 > 10.244.1.5:8080 [unless 203.0.113.7 . tcp . 80 . 0x00000000 is in @affinity]
            Forwarded 1/3 203.0.113.7:40000 > 10.244.1.6:8080 [unless 203.0.113.7 . tcp . 80 . 0x00000000 is in @affinity]
            Forwarded 1/3 203.0.113.7:40000 > 10.244.1.7:8080 [unless 203.0.113.7 . tcp . 80 . 0x00000000 is in @affinity]
            """,
            Nft.Trace(Ask.Tcp("203.0.113.7", "10.96.0.1:80"), table).Show());
    }

    [Fact]
    public void Replies_come_back_from_the_service()
    {
        var trace = new Tracer(Node(Services(endpoints: 1, modulus: 1))).TraceReply(Ask.Tcp("203.0.113.7", "10.96.0.1:80"));

        Assert.Equal("Forwarded 1 10.96.0.1:80 > 203.0.113.7:40000", trace.Show());
    }

    private static Table Services(int endpoints, NftExpression? affinityKey = null, NftSet? affinity = null, uint modulus = 3)
    {
        var slots = Enumerable.Range(0, endpoints).Select(i => Element(
            Key(Address("10.96.0.1"), Byte(6), Port(80), Word((uint)i)),
            data: Key(Address($"10.244.1.{5 + i}"), Port(8080))));
        var pick = new List<RulePart[]> { new RulePart[] { DnatTo(Join(Destination, Protocol, DestinationPort, Nft.Random(modulus)), "endpoints") }, new RulePart[] { Verdict.Drop.Instance } };
        if (affinityKey is not null)
        {
            pick.Insert(0, [DnatTo(affinityKey, "affinity")]);
        }

        return Table(
            "sluice",
            [
                Base("nat-prerouting", ChainType.Nat, Hook.Prerouting, -100, [[new Verdict.Jump("services")]]),
                Chain("services", [Vmap(Vip, "service-ips")]),
                Chain("pick-3", [.. pick]),
            ],
            [
                new NftSet("endpoints", s_slotType, [.. slots]) { Data = s_targetType },
                new NftSet("service-ips", VipType, [Element(VipKey("10.96.0.1", 80), new Verdict.Goto("pick-3")) with { Comment = "ns/name" }]) { Data = new NftKeyType([NftType.Verdict]) },
                .. affinity is null ? [] : new[] { affinity },
            ]);
    }
}
