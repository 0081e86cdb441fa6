using System.Diagnostics;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Xunit;
using static Sluice.KernelTests.Netlink.NftSpace;

namespace Sluice.KernelTests.Netlink;

/// <summary>Whether transactions are carried out whole, and refused with a sentence that says what was wrong.</summary>
public sealed class CommitTests
{
    public static TheoryData<IPFamily> Families => [IPFamily.IPv4, IPFamily.IPv6];

    [Theory]
    [MemberData(nameof(Families))]
    public void Elements_come_and_go_in_one_moment_with_the_chains_they_lead_to(IPFamily family)
    {
        var (space, layout) = Open(family);
        using var open = space;
        var transaction = layout.Transaction();
        transaction.NewChains.Add(layout.Pick(3));
        for (uint slot = 0; slot < 3; slot++)
        {
            transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, slot, layout.Pod((int)slot + 1)));
        }

        transaction.Elements.Add(layout.Service(layout.ClusterIP, 80, "pick-3"));
        transaction.Elements.Add(layout.Service(layout.ClusterIP, 81, null));
        space.Commit(transaction);
        var listing = space.List();
        Assert.Contains($"{layout.ClusterIP} . tcp . 80 comment \"default/web:http\" : goto pick-3", listing, StringComparison.Ordinal);
        Assert.Contains($"{layout.ClusterIP} . tcp . 81 comment \"default/web:http\" : drop", listing, StringComparison.Ordinal);
        Assert.Contains($"{layout.ClusterIP} . tcp . 80 . 0x00000002 comment \"default/web:http\" : {layout.Pod(3)} . 8080", listing, StringComparison.Ordinal);

        // Shrink: what leads to the chain goes before the chain.
        transaction.Clear();
        transaction.Elements.Add(layout.Service(layout.ClusterIP, 80, null, isDelete: true));
        transaction.Elements.Add(layout.Service(layout.ClusterIP, 80, "pick-2"));
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 2, default, isDelete: true));
        transaction.OldChains.Add("pick-3");
        space.Commit(transaction);
        listing = space.List();
        Assert.Contains($"{layout.ClusterIP} . tcp . 80 comment \"default/web:http\" : goto pick-2", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("pick-3", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("0x00000002", listing, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Ranges_come_and_go_alone_and_in_concatenations(IPFamily family)
    {
        var (space, layout) = Open(family);
        using var open = space;
        var isIPv6 = family == IPFamily.IPv6;
        var network = isIPv6 ? ("fd00:2::", "fd00:2::ffff", "fd00:2::/112") : ("10.2.0.0", "10.2.255.255", "10.2.0.0/16");
        var odd = isIPv6 ? ("::", "::5", "::-::5") : ("0.0.0.0", "0.0.0.5", "0.0.0.0-0.0.0.5");
        var top = isIPv6 ? ("fff0::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fff0::/12") : ("255.0.0.0", "255.255.255.255", "255.0.0.0/8");
        foreach (var isConcatenation in (bool[])[false, true])
        {
            var transaction = layout.Transaction();
            foreach (var (first, last, _) in ((string, string, string)[])[network, odd, top])
            {
                transaction.Elements.Add(layout.Range(isConcatenation, NetAddress.Parse(first), NetAddress.Parse(last)));
            }

            space.Commit(transaction);
            var prefix = isConcatenation ? $"{layout.ClusterIP} . tcp . 80 . " : "";
            foreach (var (_, _, text) in ((string, string, string)[])[network, odd, top])
            {
                Assert.Contains(prefix + text, space.List(), StringComparison.Ordinal);
            }

            transaction.Clear();
            transaction.Elements.Add(layout.Range(isConcatenation, NetAddress.Parse(network.Item1), NetAddress.Parse(network.Item2), isDelete: true));
            transaction.Elements.Add(layout.Range(isConcatenation, NetAddress.Parse(top.Item1), NetAddress.Parse(top.Item2), isDelete: true));
            space.Commit(transaction);
            Assert.DoesNotContain(prefix + network.Item3, space.List(), StringComparison.Ordinal);
            Assert.DoesNotContain(prefix + top.Item3, space.List(), StringComparison.Ordinal);
            Assert.Contains(prefix + odd.Item3, space.List(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_refusal_names_the_element_and_leaves_everything_as_it_was()
    {
        var (space, layout) = Open(IPFamily.IPv4);
        using var open = space;
        var transaction = layout.Transaction();
        transaction.Elements.Add(layout.Range(isConcatenation: false, NetAddress.Parse("10.0.0.0"), NetAddress.Parse("10.0.0.255")));
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 0, layout.Pod(1)));
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 1, layout.Pod(2)));
        transaction.Elements.Add(layout.Service(layout.ClusterIP, 80, "pick-2"));
        transaction.Elements.Add(layout.Service(layout.ClusterIP, 443, "nowhere"));
        transaction.Elements.Add(layout.Service(layout.ClusterIP, 8443, "pick-1"));
        var before = space.List();
        var refused = Refused(space.Connection.Commit(transaction));
        Assert.Equal("element 10.96.0.1 . 6 . 443 of set ip sluice service-ips does not exist, or names what does not (ENOENT)", refused.Message);
        Assert.Equal(4, refused.Element);
        Assert.Equal(before, space.List());

        transaction.Elements.RemoveAt(4);
        space.Commit(transaction);
        transaction.Clear();
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 0, default, isDelete: true));
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 7, default, isDelete: true));
        refused = Refused(space.Connection.Commit(transaction));
        Assert.Equal("element 10.96.0.1 . 6 . 80 . 7 of set ip sluice endpoints does not exist, or names what does not (ENOENT)", refused.Message);
        Assert.Equal(1, refused.Element);

        transaction.Clear();
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 1, layout.Pod(9)));
        refused = Refused(space.Connection.Commit(transaction));
        Assert.StartsWith("element 10.96.0.1 . 6 . 80 . 1 of set ip sluice endpoints", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, refused.Element);

        // A refusal is no reason to refuse what comes next.
        transaction.Clear();
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 2, layout.Pod(3)));
        space.Commit(transaction);
    }

    [Fact]
    public void A_stale_generation_is_busy_and_changes_nothing()
    {
        var (space, layout) = Open(IPFamily.IPv4);
        using var open = space;
        var generation = space.Connection.ReadGeneration();
        Assert.NotNull(generation);
        var transaction = layout.Transaction();
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 0, layout.Pod(1)));
        Ok(space.Connection.Commit(transaction, generation));
        Assert.Equal(generation + 1, space.Connection.ReadGeneration());

        space.Load("add table ip foreign");
        transaction.Clear();
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 1, layout.Pod(2)));
        Assert.IsType<NftCommitResult.Busy>(space.Connection.Commit(transaction, generation + 1));
        Assert.DoesNotContain("0x00000001", space.List(), StringComparison.Ordinal);
        Ok(space.Connection.Commit(transaction, space.Connection.ReadGeneration()));
    }

    [Fact]
    public void A_change_of_one_endpoint_allocates_nothing()
    {
        var (space, layout) = Open(IPFamily.IPv4);
        using var open = space;
        var transaction = layout.Transaction();
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 0, layout.Pod(1)));
        space.Commit(transaction);
        transaction.Clear();
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 0, default, isDelete: true));
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 0, layout.Pod(2)));
        for (var i = 0; i < 500; i++)
        {
            space.Commit(transaction);
        }

        const int Changes = 2000;
        var isOk = true;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < Changes; i++)
        {
            isOk &= ReferenceEquals(space.Connection.Commit(transaction), NftCommitResult.Ok.Instance);
        }

        var time = Stopwatch.GetElapsedTime(start);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(isOk);
        TestContext.Current.TestOutputHelper?.WriteLine($"{time.TotalMicroseconds / Changes:0.0} us a change");
    }

    [Theory]
    [InlineData(9_000)]
    [InlineData(180_000)]
    public void A_batch_of_megabytes_is_one_transaction(int endpoints)
    {
        var (space, layout) = Open(IPFamily.IPv4);
        using var open = space;
        var transaction = layout.Transaction();
        for (var i = 0; i < endpoints; i++)
        {
            transaction.Elements.Add(layout.Endpoint(NetAddress.V4(0x0a600000u + (uint)i), 80, 0, layout.Pod(1 + (i % 60_000))));
        }

        var generation = space.Connection.ReadGeneration();
        var start = Stopwatch.GetTimestamp();
        space.Commit(transaction);
        TestContext.Current.TestOutputHelper?.WriteLine($"{endpoints} elements in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
        Assert.Equal(generation + 1, space.Connection.ReadGeneration());

        // The last of very many is still named when it is at fault.
        for (var i = 0; i < transaction.Elements.Count; i++)
        {
            transaction.Elements[i] = transaction.Elements[i] with { IsDelete = true };
        }

        transaction.Elements.Add(layout.Endpoint(NetAddress.V4(1), 80, 0, default, isDelete: true));
        Assert.Equal(endpoints, Refused(space.Connection.Commit(transaction)).Element);
        transaction.Elements.RemoveAt(endpoints);
        space.Commit(transaction);
    }

    [Fact]
    public void Errors_of_which_some_were_lost_are_still_a_refusal()
    {
        var (space, layout) = Open(IPFamily.IPv4);
        using var open = space;
        var transaction = layout.Transaction();
        for (var i = 0; i < 20_000; i++)
        {
            transaction.OldChains.Add($"nobody-{i}");
        }

        Assert.Equal("nobody-0", Refused(space.Connection.Commit(transaction)).Chain);
        transaction.Clear();
        transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, 0, layout.Pod(1)));
        space.Commit(transaction);
    }

    private static (NftSpace Space, SizeClassLayout Layout) Open(IPFamily family)
    {
        var space = new NftSpace("commit");
        var layout = new SizeClassLayout(family);
        Ok(space.Connection.Create(layout.Table, NftOwnership.Anybody, out _));
        return (space, layout);
    }
}
