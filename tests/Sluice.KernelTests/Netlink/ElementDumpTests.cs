using System.Text;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;
using Xunit;
using static Sluice.KernelTests.Netlink.NftSpace;

namespace Sluice.KernelTests.Netlink;

/// <summary>Whether elements come back as they were written, by us or by nft.</summary>
public sealed class ElementDumpTests
{
    [Fact]
    public void Elements_read_are_the_elements_written()
    {
        using var space = new NftSpace("dump");
        var layout = new SizeClassLayout(IPFamily.IPv4);
        Ok(space.Connection.Create(layout.Table, NftOwnership.Anybody, out _));
        var transaction = layout.Transaction();
        for (uint i = 0; i < 5000; i++)
        {
            transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, i, layout.Pod((int)i + 1)));
        }

        transaction.Elements.Add(layout.Service(layout.ClusterIP, 80, "pick-2"));
        transaction.Elements.Add(layout.Service(layout.ClusterIP, 81, null));
        transaction.Elements.Add(layout.Range(isConcatenation: true, NetAddress.Parse("10.1.0.0"), NetAddress.Parse("10.1.255.255")));
        space.Commit(transaction);

        var endpoints = new Texts();
        Assert.Null(space.Connection.ReadElements(TableFamily.IPv4, "sluice", layout.Sets[4], endpoints, out _));
        Assert.Equal(
            transaction.Elements.Take(5000).Select(e => $"{Hex(e.Key)}-{Hex(e.Key)} {Hex(e.Data)} None  default/web:http").Order(StringComparer.Ordinal),
            endpoints.Lines.Order(StringComparer.Ordinal));

        var services = new Texts();
        Assert.Null(space.Connection.ReadElements(TableFamily.IPv4, "sluice", layout.Sets[7], services, out _));
        Assert.Equal(
            ["0a6000010600000000500000-0a6000010600000000500000  Goto pick-2 default/web:http", "0a600001060000000051" + "0000-0a600001060000000051" + "0000  Drop  default/web:http"],
            services.Lines.Order(StringComparer.Ordinal));

        var sources = new Texts();
        Assert.Null(space.Connection.ReadElements(TableFamily.IPv4, "sluice", layout.Sets[2], sources, out _));
        Assert.Equal(["0a6000010600000000500000" + "0a010000-0a6000010600000000500000" + "0a01ffff  None  "], sources.Lines);
    }

    [Fact]
    public void Elements_that_nft_wrote_are_read_with_ranges_joined()
    {
        using var space = new NftSpace("dump");
        space.Load("""
            table ip t {
              set ranges { type ipv4_addr; flags interval; elements = { 10.0.0.0/8, 1.2.3.4 comment "one", 1.2.3.5, 255.255.255.0/24 } }
              set marks { type mark; flags interval; elements = { 0x10-0x20 } }
              map ports { type inet_service : verdict; flags interval; elements = { 80-90 : accept, 91 : drop, * : continue } }
              set counted { type inet_service; counter; flags timeout; elements = { 5 timeout 1h } }
            }
            """);
        Assert.Equal(
            ["01020304-01020304  None  one", "01020305-01020305  None  ", "0a000000-0affffff  None  ", "ffffff00-ffffffff  None  "],
            Read("ranges", NftType.IPv4Address, NftSetFlags.Interval));
        Assert.Equal(["00000010-00000020  None  "], Read("marks", NftType.Mark, NftSetFlags.Interval));
        Assert.Equal(["-  Continue  *", "0050-005a  Accept  ", "005b-005b  Drop  "], Read("ports", NftType.InetService, NftSetFlags.Interval));
        Assert.Equal(["0005-0005  None  3600 0/0"], Read("counted", NftType.InetService, NftSetFlags.Timeout));
        Assert.Equal(
            "set ip t nothing does not exist, or names what does not (ENOENT)",
            space.Connection.ReadElements(TableFamily.IPv4, "t", new NftSet("nothing", new NftKeyType([NftType.Mark]), []), new Texts(), out _));

        IEnumerable<string> Read(string name, NftType type, NftSetFlags flags)
        {
            var texts = new Texts();
            Assert.Null(space.Connection.ReadElements(TableFamily.IPv4, "t", new NftSet(name, new NftKeyType([type]), []) { Flags = flags }, texts, out _));
            return texts.Lines.Order(StringComparer.Ordinal);
        }
    }

    [Fact]
    public async Task A_dump_interrupted_by_writes_is_made_again_or_given_up_with_a_sentence()
    {
        using var space = new NftSpace("interrupted");
        var layout = new SizeClassLayout(IPFamily.IPv4);
        Ok(space.Connection.Create(layout.Table, NftOwnership.Anybody, out _));
        AddEndpoints(space, layout, 20_000);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(
            () =>
            {
                // Two elements change places with none: what is read in two moments has one or three of them.
                using var other = space.Connect();
                var flip = layout.Transaction();
                for (var isDelete = false; !stop.IsCancellationRequested; isDelete = !isDelete)
                {
                    flip.Clear();
                    flip.Elements.Add(layout.Endpoint(layout.ClusterIP, 81, 0, layout.Pod(1), isDelete));
                    flip.Elements.Add(layout.Endpoint(layout.ClusterIP, 81, 1, layout.Pod(1), isDelete));
                    Ok(other.Commit(flip));
                }
            },
            TestContext.Current.CancellationToken);

        int problems = 0, begins = 0;
        for (var i = 0; i < 5; i++)
        {
            var texts = new Texts();
            if (space.Connection.ReadElements(TableFamily.IPv4, "sluice", layout.Sets[4], texts, out _) is { } problem)
            {
                Assert.Equal("set ip sluice endpoints changed while it was read (EINTR)", problem);
                problems++;
            }
            else
            {
                Assert.Contains(texts.Lines.Count, (int[])[20_000, 20_002]);
            }

            begins += texts.Begins;
        }

        await stop.CancelAsync();
        await writing;
        var quiet = new Texts();
        Assert.Null(space.Connection.ReadElements(TableFamily.IPv4, "sluice", layout.Sets[4], quiet, out _));
        Assert.Contains(quiet.Lines.Count, (int[])[20_000, 20_002]);
        Assert.Equal(1, quiet.Begins);
        Assert.True(begins > 5, $"5 dumps began {begins} times, {problems} were given up");
    }

    [Fact]
    public void Reading_a_set_allocates_nothing_for_each_element()
    {
        using var space = new NftSpace("dump");
        var layout = new SizeClassLayout(IPFamily.IPv4);
        Ok(space.Connection.Create(layout.Table, NftOwnership.Anybody, out _));
        AddEndpoints(space, layout, 10_000);
        var counter = new Counter();
        Assert.Null(space.Connection.ReadElements(TableFamily.IPv4, "sluice", layout.Sets[4], counter, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(space.Connection.ReadElements(TableFamily.IPv4, "sluice", layout.Sets[4], counter, out _));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(10_000, counter.Count);
        Assert.True(allocated < counter.Count, $"{allocated} bytes for 10,000 elements");
    }

    private static void AddEndpoints(NftSpace space, SizeClassLayout layout, uint count)
    {
        var transaction = layout.Transaction();
        for (uint i = 0; i < count; i++)
        {
            transaction.Elements.Add(layout.Endpoint(layout.ClusterIP, 80, i, layout.Pod(1)));
        }

        space.Commit(transaction);
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private sealed class Counter : INftElementReceiver
    {
        public int Count { get; private set; }

        public void Begin() => Count = 0;

        public void Take(in NftElement element) => Count++;
    }

    private sealed class Texts : INftElementReceiver
    {
        public List<string> Lines { get; } = [];

        public int Begins { get; private set; }

        public void Begin()
        {
            Begins++;
            Lines.Clear();
        }

        public void Take(in NftElement element)
        {
            var rest = element.IsCatchAll ? "*"
                : element.Counters is { } counters ? $"{element.Timeout?.TotalSeconds} {counters.Packets}/{counters.Bytes}"
                : Encoding.UTF8.GetString(element.Comment);
            Lines.Add($"{Hex(element.Key)}-{Hex(element.Last)} {Hex(element.Data)} {element.Verdict} {Encoding.UTF8.GetString(element.Chain)} {rest}");
        }
    }
}
