using Sluice.Linux.Netlink.Conntrack;
using Sluice.Netfilter.Conntrack;
using Xunit;

namespace Sluice.Tests.Linux;

/// <summary>How entries of the kernel's table are read, from bytes it sent (the attributes of an IPCTNL_MSG_CT_NEW).</summary>
public sealed class ConntrackEntryTests
{
    private const string Original =
        "34000180 14000180 0800010064000009 080002000a60000a 1c000280 0500010011000000 060002009c400000 0600030000350000";

    private const string Reply =
        "34000280 14000180 080001000af40102 0800020064000009 1c000280 0500010011000000 0600020014e90000 060003009c400000";

    private const string StatusAndId = "080003000000002a 08000c00deadbeef";

    [Fact]
    public void A_flow_with_a_translated_destination()
    {
        Assert.True(ConntrackEntry.TryRead(Bytes(Original + Reply + StatusAndId), out var entry));
        Assert.Equal("udp", entry.Flow.Protocol.ToString());
        Assert.Equal("100.0.0.9:40000 > 10.96.0.10:53", entry.Flow.Original.ToString());
        Assert.Equal("10.244.1.2:5353 > 100.0.0.9:40000", entry.Flow.Reply.ToString());
        Assert.Equal(ConntrackStatus.SeenReply | ConntrackStatus.Confirmed | ConntrackStatus.DestinationNat, entry.Flow.Status);
        Assert.True(entry.Flow.IsDestinationTranslated && entry.Flow.IsAnswered);
        Assert.Equal((0xdeadbeefu, (ushort)0, (ushort?)null), (entry.Id, entry.Flow.Zone, entry.Zone));
        Assert.Equal(Bytes(Original)[4..], entry.OriginalTuple.ToArray());
    }

    [Fact]
    public void A_zone_of_the_flow_and_one_of_a_direction()
    {
        Assert.True(ConntrackEntry.TryRead(Bytes(Original + Reply + StatusAndId + "0600120000070000"), out var whole));
        Assert.Equal(((ushort)7, (ushort?)7), (whole.Flow.Zone, whole.Zone));

        // 52 bytes become 60.
        var directed = "3c" + Original[2..] + "0600030000090000";
        Assert.True(ConntrackEntry.TryRead(Bytes(directed + Reply + StatusAndId), out var half));
        Assert.Equal(((ushort)9, (ushort?)null), (half.Flow.Zone, half.Zone));
    }

    [Theory]
    [InlineData(Reply + StatusAndId)]
    [InlineData(Original + StatusAndId)]
    [InlineData(Original + Reply)]
    [InlineData("04000180" + Reply + StatusAndId)]
    [InlineData("")]
    public void What_does_not_name_a_flow_is_none(string bytes) => Assert.False(ConntrackEntry.TryRead(Bytes(bytes), out _));

    [Fact]
    public void No_cut_message_is_read_as_another_flow()
    {
        var bytes = Bytes(Original + Reply + StatusAndId);
        for (var length = 0; length < bytes.Length; length++)
        {
            if (ConntrackEntry.TryRead(bytes.AsSpan(0, length), out var entry))
            {
                Assert.Fail($"{length} of {bytes.Length} bytes: {entry.Flow}");
            }
        }
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
