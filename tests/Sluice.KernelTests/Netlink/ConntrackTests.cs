using Sluice.KernelTests.Lab;
using Sluice.Linux.Netlink.Conntrack;
using Sluice.Net;
using Sluice.Netfilter.Conntrack;
using Xunit;

namespace Sluice.KernelTests.Netlink;

/// <summary>Tracked flows of real packets, read and deleted over ctnetlink.</summary>
public sealed class ConntrackTests(ITestOutputHelper output)
{
    public static TheoryData<IPFamily> Families => [IPFamily.IPv4, IPFamily.IPv6];

    [Theory]
    [MemberData(nameof(Families))]
    public void A_flow_is_read_with_both_its_directions(IPFamily family)
    {
        using var space = Open();
        var (to, pod) = (Of(ConntrackSpace.Virtual, family), Of(ConntrackSpace.Pod, family));
        space.SendDatagrams(to, 20000, 1);
        space.SendDatagrams(Of(ConntrackSpace.Plain, family), 20000, 1);
        var flows = space.List(family, L4Protocol.Udp);
        Assert.Equal(2, flows.Count);
        var translated = Assert.Single(flows, f => f.IsDestinationTranslated);
        Assert.Equal((to, (ushort)20000, (ushort)53), (translated.Original.Destination, translated.Original.SourcePort, translated.Original.DestinationPort));
        Assert.Equal((pod, (ushort)53), (translated.Reply.Source, translated.Reply.SourcePort));
        Assert.False(translated.IsAnswered);
        Assert.Equal(flows.First(f => !f.IsDestinationTranslated).Original.Destination, Of(ConntrackSpace.Plain, family));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Protocol_family_and_status_are_sorted_out(IPFamily family)
    {
        using var space = Open();
        foreach (var to in new[] { ConntrackSpace.Virtual, ConntrackSpace.Plain })
        {
            space.SendDatagrams(to.V4, 20000, 3);
            space.SendDatagrams(to.V6, 20000, 3);
            space.Connect(to.V4);
            space.Connect(to.V6);
        }

        Assert.Equal(6, space.List(family, L4Protocol.Udp).Count);
        Assert.Equal(2, space.List(family, L4Protocol.Tcp).Count);
        Assert.True(Assert.Single(space.List(family, L4Protocol.Tcp, ConntrackStatus.DestinationNat)) is { IsAnswered: true, IsDestinationTranslated: true });
        Assert.Equal(3, space.List(family, L4Protocol.Udp, ConntrackStatus.DestinationNat).Count);
        Assert.Empty(space.List(family, L4Protocol.Sctp));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Of_many_flows_those_go_that_are_told_to(IPFamily family)
    {
        const int Flows = 3000;
        using var space = Open();
        space.SendDatagrams(Of(ConntrackSpace.Virtual, family), 20000, Flows);
        space.SendDatagrams(Of(ConntrackSpace.Plain, family), 20000, 10);
        space.Connect(Of(ConntrackSpace.Virtual, family));
        ConntrackJudge odd = (in flow) => flow.IsDestinationTranslated && flow.Original.SourcePort % 2 == 1;
        var sweep = space.Connection.Sweep(new ConntrackFilter(family, L4Protocol.Udp), odd);
        Assert.Equal((null, Flows / 2), (sweep.Problem, (int)sweep.Deleted));
        var left = space.List(family, L4Protocol.Udp);
        Assert.Equal((Flows / 2) + 10, left.Count);
        Assert.DoesNotContain(left, f => odd(f));
        Assert.Single(space.List(family, L4Protocol.Tcp));

        // Nothing is left to do.
        Assert.Equal(0, space.Connection.Sweep(new ConntrackFilter(family, L4Protocol.Udp), odd).Deleted);
    }

    [Fact]
    public void Flows_of_other_zones_are_deleted_in_their_zone_alone()
    {
        using var space = Open();
        space.SendDatagrams(ConntrackSpace.Virtual.V4, 20000, 1);
        space.Load("""
            table ip zones {
                chain output {
                    type filter hook output priority -300;
                    udp sport 20000 ct zone set 7
                    udp sport 20001 ct original zone set 9
                }
            }

            """);
        space.SendDatagrams(ConntrackSpace.Virtual.V4, 20000, 2);
        Assert.Equal(new[] { 0, 7, 9 }, space.List(IPFamily.IPv4, L4Protocol.Udp).Select(f => (int)f.Zone).Order());
        foreach (var zone in new[] { 7, 9 })
        {
            var sweep = space.Connection.Sweep(new ConntrackFilter(IPFamily.IPv4, L4Protocol.Udp), (in flow) => flow.Zone == zone);
            Assert.Equal((null, 1L), (sweep.Problem, sweep.Deleted));
        }

        Assert.Equal(0, Assert.Single(space.List(IPFamily.IPv4, L4Protocol.Udp)).Zone);
    }

    [Fact]
    public void A_flow_that_has_ended_meanwhile_is_no_fault()
    {
        using var space = Open();
        space.SendDatagrams(ConntrackSpace.Virtual.V4, 20000, 10);
        using var other = space.Open();
        var sweep = space.Connection.Sweep(new ConntrackFilter(IPFamily.IPv4, L4Protocol.Udp), (in flow) =>
        {
            var port = flow.Original.SourcePort;
            return port != 20000 || other.Sweep(new ConntrackFilter(IPFamily.IPv4, L4Protocol.Udp), (in f) => f.Original.SourcePort is 20001 or 20002).Problem is null;
        });
        Assert.Null(sweep.Problem);
        Assert.InRange(sweep.Deleted, 8, 10);
        Assert.Empty(space.List(IPFamily.IPv4, L4Protocol.Udp));
    }

    [Fact]
    public void No_flow_allocates_anything()
    {
        using var space = Open();
        ConntrackJudge none = (in _) => false;
        ConntrackJudge all = (in _) => true;
        var filter = new ConntrackFilter(IPFamily.IPv4, L4Protocol.Udp);
        _ = Allocated(none, 10);
        _ = Allocated(all, 2000);
        var few = Allocated(none, 10);
        var many = Allocated(none, 2000);
        var deleting = Allocated(all, 2000);
        output.WriteLine($"{few} bytes for 10 flows, {many} for 2000, {deleting} with all of them deleted");
        Assert.Equal((few, few), (many, deleting));

        long Allocated(ConntrackJudge judge, int flows)
        {
            space.SendDatagrams(ConntrackSpace.Virtual.V4, 20000, flows);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var sweep = space.Connection.Sweep(filter, judge);
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal((null, flows), (sweep.Problem, (int)sweep.Looked));
            return bytes;
        }
    }

    private static NetAddress Of((NetAddress V4, NetAddress V6) pair, IPFamily family) => family == IPFamily.IPv4 ? pair.V4 : pair.V6;

    private static ConntrackSpace Open()
    {
        if (LabProbe.Unavailable(LabVariant.Nft) is { } reason)
        {
            Assert.Skip(reason);
        }

        return new ConntrackSpace();
    }
}
