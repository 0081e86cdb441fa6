using System.Diagnostics;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>What the rules of one family's table are made of.</summary>
internal sealed class RuleWords
{
    // RTN_LOCAL of linux/rtnetlink.h.
    private const uint LocalAddress = 2;

    // IPS_DST_NAT of linux/netfilter/nf_conntrack_common.h, and the bit of NF_CT_STATE_INVALID_BIT.
    private const uint TranslatedDestination = 1 << 5;
    private const uint InvalidState = 1;

    private const int InterfaceNameLength = 16;

    private static readonly NftExpression s_inInterface = new NftExpression.Meta("iifname", NftTypes.InterfaceName);
    private static readonly NftExpression s_mark = new NftExpression.Meta("mark", NftType.Mark);

    private readonly IPFamily _family;
    private readonly NftType _ip;
    private readonly uint _masqueradeMark;

    public RuleWords(NftablesPlanOptions options)
    {
        _family = options.Family;
        var isV4 = _family == IPFamily.IPv4;
        _ip = isV4 ? NftType.IPv4Address : NftType.IPv6Address;
        _masqueradeMark = options.MasqueradeMark;
        Source = new NftExpression.Payload(isV4 ? PayloadField.IPv4Source : PayloadField.IPv6Source);
        Destination = new NftExpression.Payload(isV4 ? PayloadField.IPv4Destination : PayloadField.IPv6Destination);
        OriginalAddress = new NftExpression.Concatenation([Original("daddr", _ip), Protocol, Original("proto-dst", NftType.InetService)]);
        ClientAndOriginalAddress = new NftExpression.Concatenation([Original("saddr", _ip), Original("daddr", _ip), Protocol, Original("proto-dst", NftType.InetService)]);
        Address = new NftExpression.Concatenation([Destination, Protocol, Port]);
        ClientAndAddress = new NftExpression.Concatenation([Source, Destination, Protocol, Port]);
        AddressAndSource = new NftExpression.Concatenation([Destination, Protocol, Port, Source]);
        BothEnds = new NftExpression.Concatenation([Source, Destination]);
        Endpoint = new NftExpression.Concatenation([Destination, Port]);
    }

    public static NftExpression Protocol { get; } = new NftExpression.Meta("l4proto", NftType.InetProtocol);

    public static NftExpression Port { get; } = new NftExpression.Payload(PayloadField.TransportDestination);

    /// <summary>Protocol and port.</summary>
    public static NftExpression NodePort { get; } = new NftExpression.Concatenation([Protocol, Port]);

    /// <summary>Protocol and port before translation.</summary>
    public static NftExpression OriginalNodePort { get; } = new NftExpression.Concatenation([Protocol, Original("proto-dst", NftType.InetService)]);

    public NftExpression Source { get; }

    public NftExpression Destination { get; }

    /// <summary>Destination, protocol and port.</summary>
    public NftExpression Address { get; }

    public NftExpression AddressAndSource { get; }

    public NftExpression ClientAndAddress { get; }

    /// <summary>Destination, protocol and port before translation.</summary>
    public NftExpression OriginalAddress { get; }

    public NftExpression ClientAndOriginalAddress { get; }

    public NftExpression BothEnds { get; }

    /// <summary>Address and port after translation.</summary>
    public NftExpression Endpoint { get; }

    /// <summary>Whether the destination of the packet's connection was translated.</summary>
    public static Match IsTranslated { get; } = new NftMatch(
        new NftExpression.Conntrack("status", null, NftTypes.ConnectionStatus), new NftOperand.AnyBit(NftValue.Of(TranslatedDestination, 32)), Inverted: false);

    public static Match IsInvalid { get; } = new NftMatch(
        new NftExpression.Conntrack("state", null, NftTypes.ConnectionState), new NftOperand.AnyBit(NftValue.Of(InvalidState, 32)), Inverted: false);

    /// <summary>Whether the protocol has ports that Services know. <c>nft</c> demands to know it before a connection's port.</summary>
    public static Match HasPorts { get; } = new NftMatch(
        Protocol,
        new NftOperand.InSet(new NftSetReference.Anonymous(new NftSet(
            "",
            new NftKeyType([NftType.InetProtocol]),
            new[] { L4Protocol.Tcp, L4Protocol.Udp, L4Protocol.Sctp }.Select(p => NftValue.Of(p.Number, 8)).Select(v => new SetElement(v, v)).ToEquatableArray()))),
        Inverted: false);

    public static Match ComesByLoopback(bool inverted)
    {
        var lo = NftValue.OfText("lo", InterfaceNameLength);
        return new NftMatch(s_inInterface, new NftOperand.Values(lo, lo), inverted);
    }

    public static Match IsLocal(string end)
    {
        var local = NftValue.Of(LocalAddress, 32);
        return new NftMatch(new NftExpression.Fib([end], "type", NftTypes.AddressType), new NftOperand.Values(local, local), Inverted: false);
    }

    public static Match IsIn(NftExpression key, TableSet set, bool inverted = false) =>
        new NftMatch(key, new NftOperand.InSet(Named(set)), inverted);

    public static Match IsWithin(NftExpression address, Prefix range, bool inverted) => new NftMatch(
        address, new NftOperand.Values(NftValue.Of(range.Address), NftValue.Of(range.Address with { Bits = range.Address.Bits | Hosts(range) })), inverted);

    /// <summary>Whether a packet is one of the node's pods'; null when that cannot be told.</summary>
    public Match? IsFromPod(LocalDetector detector, bool inverted)
    {
        switch (detector)
        {
            case LocalDetector.None:
                return null;
            case LocalDetector.Cidr cidr:
                return cidr.Of(_family) is { } pods ? IsWithin(Source, pods, inverted) : null;
            case LocalDetector.BridgeInterface bridge:
                var name = NftValue.OfText(bridge.Name, InterfaceNameLength);
                return new NftMatch(s_inInterface, new NftOperand.Values(name, name), inverted);
            case LocalDetector.InterfaceNamePrefix prefix:
                return new NftMatch(s_inInterface, new NftOperand.Values(NftValue.OfText(prefix.Prefix, InterfaceNameLength), Longest(prefix.Prefix)), inverted);
            default:
                throw new UnreachableException();
        }
    }

    // The highest bit alone is a range of marks: the readers' form.
    public Match IsMarked() => NftNormalForm.Between(
        new NftExpression.Bitwise(s_mark, NftValue.Of(_masqueradeMark, 32), NftValue.Of(0, 32)), NftValue.Of(0, 32), NftValue.Of(0, 32), isInverted: true);

    public Statement SetMark() => new SetValue(
        s_mark, new NftExpression.Bitwise(s_mark, NftValue.Of(~_masqueradeMark, 32), NftValue.Of(_masqueradeMark, 32)));

    public Statement FlipMark() => new SetValue(
        s_mark, new NftExpression.Bitwise(s_mark, NftValue.Of(uint.MaxValue, 32), NftValue.Of(_masqueradeMark, 32)));

    public static Verdict Masquerade { get; } = new Verdict.Translate(new NatSpec(NatKind.Masquerade, null, null, null, NatFlags.RandomFully));

    public static Verdict Lookup(NftExpression key, TableSet set) => new Verdict.Lookup(key, Named(set));

    /// <summary>Translates to what a map has.</summary>
    public static Verdict TranslateTo(NftExpression key, TableSet map) =>
        new Verdict.TranslateTo(NatKind.Destination, new NftExpression.MapLookup(key, Named(map)), Port: null, NatFlags.None);

    /// <summary>A key with a slot drawn of some behind it.</summary>
    public static NftExpression WithSlot(NftExpression key, int slots) => new NftExpression.Concatenation(
        [.. ((NftExpression.Concatenation)key).Parts, new NftExpression.NumberGenerator(IsRandom: true, (uint)slots, Offset: 0)]);

    public static Rule Rule(params ReadOnlySpan<RulePart?> parts)
    {
        var list = new List<RulePart>(parts.Length);
        foreach (var part in parts)
        {
            if (part is not null)
            {
                list.Add(part);
            }
        }

        return new Rule(list.ToEquatableArray());
    }

    private static NftSetReference Named(TableSet set) => new NftSetReference.Named(TableSets.NameOf(set));

    private static NftExpression Original(string key, NftType type) => new NftExpression.Conntrack(key, NftDirection.Original, type);

    private static UInt128 Hosts(Prefix range) => range.Family == IPFamily.IPv4 ? (uint)~range.Mask : ~range.Mask;

    // The last name that begins so: nft compares a prefix of the padded name.
    private static NftValue Longest(string beginning)
    {
        Span<byte> bytes = stackalloc byte[InterfaceNameLength];
        bytes.Fill(0xff);
        System.Text.Encoding.UTF8.GetBytes(beginning, bytes);
        return NftValue.Of(bytes);
    }
}
