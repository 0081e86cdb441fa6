using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Xunit;

namespace Sluice.Tests.Ipsets;

/// <summary>What single lines of ipset mean, and what is said of lines that cannot be read.</summary>
public sealed class IpSetReaderTests
{
    [Fact]
    public void A_set_has_all_its_options()
    {
        var set = One("create a hash:ip family inet6 hashsize 64 maxelem 9 netmask 64 timeout 7 counters comment skbinfo forceadd bucketsize 6 initval 0x1f");
        Assert.Equal(
            new IpSet("a", IpSetType.HashIP)
            {
                Family = IPFamily.IPv6,
                NetmaskLength = 64,
                Timeout = 7,
                HasCounters = true,
                HasComments = true,
                HasPacketInfo = true,
                ReplacesWhenFull = true,
            },
            set);
        Assert.Equal((64u, 9u, 6u, 0x1fu), (set.HashSize, set.MaxEntries, set.BucketSize, set.InitialValue));
    }

    [Fact]
    public void An_entry_has_all_its_options()
    {
        var entry = Assert.Single(One(
            "create a hash:net,iface timeout 0 counters comment skbinfo",
            "add a 10.0.0.0/8,physdev:eth0 timeout 5 nomatch wildcard packets 1 bytes 2 comment \"a  b\" skbmark 0x10/0xff skbprio 1:ff skbqueue 3").Entries);
        Assert.Equal([Net("10.0.0.0/8"), new IpSetValue.Interface("eth0", IsPhysical: true, IsWildcard: true)], entry.Values);
        Assert.Equal((5u, true, "a  b"), (entry.Timeout, entry.IsExcluded, entry.Comment));
        Assert.Equal(((0x10u, 0xffu), 0x100ffu, (ushort)3), (entry.PacketMark!.Value, entry.PacketPriority!.Value, entry.PacketQueue!.Value));
        Assert.Equal((1ul, 2ul), (entry.Counters!.Packets, entry.Counters.Bytes));
    }

    [Theory]
    [InlineData("hash:ip", "10.0.0.0/30", "10.0.0.0 10.0.0.1 10.0.0.2 10.0.0.3")]
    [InlineData("hash:ip netmask 24", "10.0.0.7-10.0.2.3", "10.0.0.0 10.0.1.0 10.0.2.0")]
    [InlineData("hash:ip bitmask 255.0.0.255", "10.1.2.3", "10.0.0.3")]
    [InlineData("hash:net", "10.0.0.1-10.0.0.6", "10.0.0.1 10.0.0.2/31 10.0.0.4/31 10.0.0.6")]
    [InlineData("hash:net family inet6", "::/0", "::/0")]
    [InlineData("hash:ip,port", "10.0.0.1,80", "10.0.0.1,tcp:80")]
    [InlineData("hash:ip,port", "10.0.0.1,17:http", "10.0.0.1,udp:80")]
    [InlineData("hash:ip,port", "10.0.0.0/31,udp:53-54", "10.0.0.0,udp:53 10.0.0.0,udp:54 10.0.0.1,udp:53 10.0.0.1,udp:54")]
    [InlineData("hash:ip,port", "10.0.0.1,icmp:ping", "10.0.0.1,icmp:echo-request")]
    [InlineData("hash:ip,port family inet6", "fd00::1,icmpv6:1/2", "fd00::1,ipv6-icmp:1/2")]
    [InlineData("bitmap:port range 1-100", "tcp:80-82", "80 81 82")]
    [InlineData("bitmap:ip,mac range 10.0.0.0/24", "10.0.0.1,02:aa:0b:00:00:01", "10.0.0.1,02:AA:0B:00:00:01")]
    [InlineData("bitmap:ip,mac range 10.0.0.0/24", "10.0.0.1", "10.0.0.1")]
    [InlineData("hash:ip,mark markmask 0xff", "10.0.0.1,0xabcd", "10.0.0.1,0x000000cd")]
    public void An_element_means_what_the_kernel_makes_of_it(string type, string element, string entries)
    {
        var set = One($"create a {type}", $"add a {element}");
        Assert.Equal(entries, string.Join(' ', set.Entries.Select(e => SetDumps.Line(set, e)["add a ".Length..])));
    }

    [Theory]
    [InlineData("hash:ip", "10.0.0.0/8")]
    [InlineData("hash:ip", "fd00::1")]
    [InlineData("hash:ip", "10.0.0.1,tcp:80")]
    [InlineData("hash:ip,port", "10.0.0.1")]
    [InlineData("hash:ip,port", "10.0.0.1,tcp:65536")]
    [InlineData("hash:ip,port", "10.0.0.1,nonsense:1")]
    [InlineData("hash:ip,port", "10.0.0.1,icmp:256/0")]
    [InlineData("hash:ip,port", "10.0.0.0/20,tcp:1-100")]
    [InlineData("hash:mac", "02:aa:0b:00:00")]
    [InlineData("hash:ip,mark", "10.0.0.1,x")]
    public void An_element_that_is_none_is_noted_and_the_set_known_to_lack_it(string type, string element)
    {
        var read = SetDumps.Read($"create a {type}\nadd a {element}\n");
        var note = Assert.Single(read.Notes);
        Assert.Equal($"dump:2: not understood as an entry of set a, which is {type}: left out", note.ToString());
        Assert.True(read.Snapshot.Ipsets!.Find("a")!.LacksEntries);
    }

    [Theory]
    [InlineData("create a hash:ip nonsense 5", "dump:1: 'nonsense 5' is not understood as an option of set a")]
    [InlineData("create a hash:ip\nadd a 10.0.0.1 timeout x", "dump:2: entry of set a: 'timeout x' is not understood")]
    [InlineData("create a hash:ip\nadd a 10.0.0.1 comment \"cut he", "dump:2: entry of set a: its comment does not end")]
    [InlineData("add a 10.0.0.1\nadd a 10.0.0.2", "dump:1: set a is not made in the sources: its entries are not read")]
    [InlineData("create a hash:ip\nadd a 10.0.0.1\n...\n", "dump:3: entries of set a, and maybe sets after it, were left out here")]
    [InlineData("Name: a\nType: hash:ip\nHeader: family inet\nNumber of entries: 3\nMembers:\n10.0.0.1\n\n# iptables-save", "dump:1: set a has 3 entries, but 1 are shown: the copy is cut")]
    [InlineData("<ipset name=\"a\">\n<type>hash:ip</type>\n", "dump:1: set a ends before its entries: the copy is cut")]
    [InlineData("Name: a\nType: hash:nothing\n", "dump:2: set a is of a type that is not known: not read")]
    [InlineData("Name: a\nType: hash:ip\nNumber of entries: 1\nMembers:\nhost.example.com", "dump:5: not understood as an entry of set a, which is hash:ip: left out")]
    public void What_cannot_be_read_is_said_once_with_its_line(string text, string note)
    {
        var read = SetDumps.Read(text);
        Assert.Equal(note, Assert.Single(read.Notes, n => n.MattersToAnswers).ToString());
    }

    [Fact]
    public void A_set_given_twice_with_other_contents_is_a_conflict_and_the_first_counts()
    {
        var read = SetDumps.Read("create a hash:ip\nadd a 10.0.0.1\n", "create a hash:ip\nadd a 10.0.0.2\n");
        Assert.Equal("dump2:1: set a was already given at dump1:1, with other contents; these do not count", Assert.Single(read.Notes).ToString());
        Assert.Equal([Net("10.0.0.1")], Assert.Single(read.Snapshot.Ipsets!.Find("a")!.Entries).Values);
    }

    [Theory]
    [InlineData("ipset create a hash:ip comment\nipset add a 10.0.0.1 comment 'one two'\n")]
    [InlineData("root@node:~# ipset -N a hash:ip comment\nroot@node:~# ipset -! -A a 10.0.0.1 comment \"one two\" # mine\n")]
    [InlineData("$ sudo /usr/sbin/ipset create a hash:ip comment -exist\n$ sudo ipset create a hash:ip comment -exist; \n$ sudo ipset add a 10.0.0.1 comment \"one two\" -exist\n# ipset add a 10.0.0.2\n")]
    public void Scripts_and_terminal_copies_make_sets(string text)
    {
        var set = Assert.Single(SetDumps.Read(text).Snapshot.Ipsets!.Sets);
        Assert.Equal("one two", Assert.Single(set.Entries).Comment);
    }

    [Fact]
    public void Sets_may_be_called_as_things_of_nft_are()
    {
        var read = SetDumps.Read("create table hash:ip\nadd table 10.0.0.1\ncreate rule hash:ip\nadd rule 10.0.0.1\n");
        Assert.Empty(read.Notes);
        Assert.Equal(["table", "rule"], read.Snapshot.Ipsets!.Sets.Select(s => s.Name));
    }

    [Fact]
    public void Prose_is_no_set()
    {
        var read = SetDumps.Read("add the rules below\ncreate a service\nName: web\nadd a few more\n" + SetDumps.Text("kube.save.txt"));
        Assert.Equal(SetDumps.Read(SetDumps.Text("kube.save.txt")).Snapshot.Ipsets!.Sets.Count, read.Snapshot.Ipsets!.Sets.Count);
        Assert.DoesNotContain(read.Notes, n => n.MattersToAnswers);
    }

    [Fact]
    public void A_listing_of_old_does_not_say_how_many_entries_there_are()
    {
        var set = Assert.Single(SetDumps.Read("Name: a\nType: hash:ip\nRevision: 0\nHeader: family inet\nSize in memory: 5\nReferences: 0\nMembers:\n10.0.0.1\n10.0.0.2\n").Snapshot.Ipsets!.Sets);
        Assert.Equal(2, set.Entries.Count);
        Assert.False(set.LacksEntries);
    }

    [Fact]
    public void An_empty_listing_is_a_node_without_sets()
    {
        Assert.Empty(SetDumps.Read("<ipsets>\n</ipsets>\n").Snapshot.Ipsets!.Sets);
        Assert.Null(SetDumps.Read("*nat\nCOMMIT\n").Snapshot.Ipsets);
    }

    private static IpSet One(params string[] lines)
    {
        var read = SetDumps.Read(string.Join('\n', lines) + "\n");
        Assert.Empty(read.Notes);
        return Assert.Single(read.Snapshot.Ipsets!.Sets);
    }

    private static IpSetValue Net(string text) => new IpSetValue.Network(Prefix.Parse(text));
}
