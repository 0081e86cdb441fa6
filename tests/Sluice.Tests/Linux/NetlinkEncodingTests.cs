using Sluice.Linux.Netlink;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;
using Xunit;

namespace Sluice.Tests.Linux;

/// <summary>Whether messages have the bytes that nft itself sends for the same thing (taken from its sendmsg calls, on a little-endian machine).</summary>
public sealed class NetlinkEncodingTests
{
    private static readonly NftType[] s_vip = [NftType.IPv4Address, NftType.InetProtocol, NftType.InetService];

    private static NftSet Services => new("service-ips", new NftKeyType(s_vip.ToEquatableArray()), []) { Data = new NftKeyType([NftType.Verdict]) };

    [Fact]
    public void An_element_of_a_map_to_verdicts()
    {
        var change = new ElementChange { Goto = "pick-2", Comment = "a/b" };
        change.SizeKey(12);
        NftValue.Concat([NftValue.Of(NetAddress.Parse("10.0.0.1")), NftValue.Of(6, 8), NftValue.Of(80, 16)]).Span.CopyTo(change.Key);
        AssertElement(
            Services,
            change,
            """
            70000000 0c0a 0104 00000000 00000000 02000000
            06000100 7400 0000
            10000200 736572766963652d69707300
            44000380
              40000180
                14000180 10000100 0a00000106000000005000 00
                1c000280 18000280 08000100 fffffffc 0b000200 7069636b2d3200 00
                0a000600 0004612f6200 0000
            """);
    }

    [Fact]
    public void A_number_of_a_key_is_in_the_machines_order()
    {
        var endpoints = new NftSet("e", new NftKeyType([.. s_vip, NftType.Mark]), []) { Data = new NftKeyType([NftType.IPv4Address, NftType.InetService]) };
        var change = new ElementChange();
        change.SizeKey(16);
        NftValue.Concat([NftValue.Of(NetAddress.Parse("10.0.0.1")), NftValue.Of(6, 8), NftValue.Of(80, 16), NftValue.Of(0x102, 32)]).Span.CopyTo(change.Key);
        change.SizeData(8);
        NftValue.Concat([NftValue.Of(NetAddress.Parse("10.1.1.1")), NftValue.Of(8080, 16)]).Span.CopyTo(change.Data);
        AssertElement(
            endpoints,
            change,
            """
            54000000 0c0a 0104 00000000 00000000 02000000
            06000100 7400 0000
            06000200 6500 0000
            30000380
              2c000180
                18000180 14000100 0a000001 06000000 00500000 02010000
                10000280 0c000100 0a010101 1f900000
            """);
    }

    [Fact]
    public void A_range_that_is_no_concatenation_is_a_beginning_and_an_end()
    {
        var set = new NftSet("n", new NftKeyType([NftType.IPv4Address]), []) { Flags = NftSetFlags.Interval };
        var change = new ElementChange { IsDelete = true };
        change.SizeKey(4, isRange: true);
        NftValue.Of(NetAddress.Parse("10.2.0.0")).Span.CopyTo(change.Key);
        NftValue.Of(NetAddress.Parse("10.2.255.255")).Span.CopyTo(change.Last);
        AssertElement(
            set,
            change,
            """
            50000000 0e0a 0100 00000000 00000000 02000000
            06000100 7400 0000
            06000200 6e00 0000
            2c000380
              10000180 0c000180 08000100 0a020000
              18000180 0c000180 08000100 0a030000 08000300 00000001
            """);
    }

    [Fact]
    public void A_rule_that_draws_an_endpoint()
    {
        var endpoints = new NftSet("endpoints", new NftKeyType([.. s_vip, NftType.Mark]), []) { Data = new NftKeyType([NftType.IPv4Address, NftType.InetService]) };
        var key = new NftExpression.Concatenation([
            new NftExpression.Payload(PayloadField.IPv4Destination),
            new NftExpression.Meta("l4proto", NftType.InetProtocol),
            new NftExpression.Payload(PayloadField.TransportDestination),
            new NftExpression.NumberGenerator(IsRandom: true, 2, 0)]);
        var rule = new Rule([new Verdict.TranslateTo(NatKind.Destination, new NftExpression.MapLookup(key, new NftSetReference.Named("endpoints")), null, NatFlags.None)]);
        using var batch = new NftBatch();
        using var rules = new RuleWriter(batch, new ElementWriter(batch));
        batch.Begin(TableFamily.IPv4, generation: null);
        rules.Write(TableFamily.IPv4, "t", [endpoints], new Chain("c", null, [rule]));

        // payload network+16 into register 8, l4proto into 9, transport+2 into 10, numgen into 11, lookup 8 into 8, dnat of 8 and 9.
        AssertLast(
            batch,
            """
            4c010000 060a 010c 00000000 00000000 02000000
            06000100 7400 0000
            06000200 6300 0000
            28010480
              34000180 0c000100 7061796c6f616400 24000280 08000100 00000008 08000200 00000001 08000300 00000010 08000400 00000004
              24000180 09000100 6d65746100 000000 14000280 08000200 00000010 08000100 00000009
              34000180 0c000100 7061796c6f616400 24000280 08000100 0000000a 08000200 00000002 08000300 00000002 08000400 00000002
              34000180 0b000100 6e756d67656e00 00 24000280 08000100 0000000b 08000200 00000002 08000300 00000001 08000400 00000000
              34000180 0b000100 6c6f6f6b757000 00 24000280 0e000100 656e64706f696e747300 0000 08000200 00000008 08000300 00000008
              30000180 08000100 6e617400 24000280 08000100 00000001 08000200 00000002 08000300 00000008 08000500 00000009
            """);
    }

    [Fact]
    public void A_part_that_cannot_be_written_is_named()
    {
        using var batch = new NftBatch();
        using var rules = new RuleWriter(batch, new ElementWriter(batch));
        batch.Begin(TableFamily.IPv4, generation: null);
        var chain = new Chain("c", null, [new Rule([new Verdict.Unknown("xt", "target \"TCPMSS\"")])]);
        var error = Assert.Throws<NftNotSupportedException>(() => rules.Write(TableFamily.IPv4, "t", [], chain));
        Assert.Contains("TCPMSS", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("cannot be written over netlink", error.Message, StringComparison.Ordinal);
    }

    private static void AssertElement(NftSet set, ElementChange change, string hex)
    {
        var transaction = new NftTransaction(TableFamily.IPv4, "t", [set]);
        transaction.Elements.Add(change);
        using var batch = new NftBatch();
        batch.Begin(TableFamily.IPv4, generation: null);
        new ElementWriter(batch).Write(transaction);
        AssertLast(batch, hex);
    }

    private static void AssertLast(NftBatch batch, string hex)
    {
        var messages = new NetlinkMessages(batch.Writer.Written);
        var last = ReadOnlySpan<byte>.Empty;
        while (messages.Next())
        {
            last = messages.Message;
        }

        Assert.Equal(string.Concat(hex.Where(char.IsAsciiHexDigit)), Convert.ToHexStringLower(last));
    }
}
