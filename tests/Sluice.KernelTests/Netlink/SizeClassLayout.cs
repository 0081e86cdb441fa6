using Sluice.Net;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.KernelTests.Netlink;

/// <summary>The layout of chains per endpoint count, written by hand: every form of rule and set that the proxy writes.</summary>
internal sealed class SizeClassLayout(IPFamily family)
{
    private static readonly NftType s_state = new("ct_state", 32, 26, IsHostEndian: true);
    private static readonly NftType s_status = new("ct_status", 32, 28, IsHostEndian: true);
    private static readonly NftType s_addressType = new("fib_addrtype", 32, 38, IsHostEndian: true);
    private static readonly NftType s_name = new("ifname", 128, 41);
    private static readonly NftExpression.Meta s_protocol = new("l4proto", NftType.InetProtocol);
    private static readonly NftExpression.Meta s_mark = new("mark", NftType.Mark);
    private static readonly NftExpression.Payload s_port = new(PayloadField.TransportDestination);

    private bool IsIPv6 => family == IPFamily.IPv6;

    private NftType AddressType => IsIPv6 ? NftType.IPv6Address : NftType.IPv4Address;

    private NftExpression.Payload Source => new(IsIPv6 ? PayloadField.IPv6Source : PayloadField.IPv4Source);

    private NftExpression.Payload Destination => new(IsIPv6 ? PayloadField.IPv6Destination : PayloadField.IPv4Destination);

    private NftExpression[] Vip => [Destination, s_protocol, s_port];

    private NftType[] VipType => [AddressType, NftType.InetProtocol, NftType.InetService];

    internal NetAddress ClusterIP => NetAddress.Parse(IsIPv6 ? "fd00:10:96::1" : "10.96.0.1");

    internal NetAddress Pod(int number) => NetAddress.Parse(IsIPv6 ? $"fd00:10:244::{number:x}" : $"10.244.{number >> 8}.{number & 255}");

    internal EquatableArray<NftSet> Sets => new NftSet[]
    {
        Map("affine-services", VipType, [NftType.Verdict]),
        Map("affinity", [AddressType, .. VipType], [AddressType, NftType.InetService]) with
        {
            Flags = NftSetFlags.Dynamic | NftSetFlags.Timeout,
            Size = 100_000,
        },
        Set("allowed-sources", [.. VipType, AddressType]) with { Flags = NftSetFlags.Interval },
        Set("cluster-ips", [AddressType]) with { Comment = "addresses of Services" },
        Map("endpoints", [.. VipType, NftType.Mark], [AddressType, NftType.InetService]),
        Set("hairpin", [AddressType, AddressType]),
        Set("networks", [AddressType]) with { Flags = NftSetFlags.Interval },
        Map("service-ips", VipType, [NftType.Verdict]),
        Map("service-nodeports", [NftType.InetProtocol, NftType.InetService], [NftType.Verdict]),
    }.ToEquatableArray();

    internal Table Table => new(TableFamilies.Of(family), "sluice", Chains)
    {
        Backend = TableBackend.Nftables,
        Comment = "rules of Sluice",
        Sets = Sets,
    };

    private EquatableArray<Chain> Chains => new[]
    {
        Base("nat-prerouting", ChainType.Nat, Hook.Prerouting, -100, Rule(new Verdict.Jump("services"))),
        Base("nat-output", ChainType.Nat, Hook.Output, -100, Rule(new Verdict.Jump("services"))),
        Base("nat-postrouting", ChainType.Nat, Hook.Postrouting, 100, Rule(new Verdict.Jump("masquerading"))),
        Base("affinity-postrouting", ChainType.Nat, Hook.Postrouting, 90, Rule(new Verdict.Jump("learn"))),
        Base("filter-forward", ChainType.Filter, Hook.Forward, 0, Rule(AnyBit(new NftExpression.Conntrack("state", null, s_state), 1), Verdict.Drop.Instance)),
        new Chain("services", null, new[]
        {
            Rule(new CommentMatch("of Services"), new Verdict.Lookup(Concat(Vip), Named("service-ips"))),
            Rule(
                Is(new NftExpression.Fib(["daddr"], "type", s_addressType), NftValue.Of(2, 32)),
                Is(Destination, Loopback.First, Loopback.Last, inverted: true),
                new Verdict.Lookup(Concat(s_protocol, s_port), Named("service-nodeports"))),
            Rule(new NftMatch(Destination, new NftOperand.InSet(Named("cluster-ips")), Inverted: false), new Verdict.Reject(null)),
            Rule(new NftMatch(Destination, new NftOperand.InSet(OwnRanges()), Inverted: false), Verdict.Drop.Instance),
        }.ToEquatableArray()),
        Pick(1),
        Pick(2),
        new Chain("cluster-2", null, new[]
        {
            Rule(Is(Source, Pods.First, Pods.Last, inverted: true), new Count(null), SetMark(~0x4000u, 0x4000)),
            Rule(Is(new NftExpression.Meta("iifname", s_name), Fill("cni", 0), Fill("cni", 255), inverted: true), SetMark(~0x4000u, 0x4000)),
            Rule(new Verdict.Goto("pick-2")),
        }.ToEquatableArray()),
        new Chain("firewall", null, new[]
        {
            Rule(new NftMatch(Concat([.. Vip, Source]), new NftOperand.InSet(Named("allowed-sources")), Inverted: true), Verdict.Drop.Instance),
        }.ToEquatableArray()),
        new Chain("refuse", null, new[] { Rule(new Verdict.Reject(null)) }.ToEquatableArray()),
        new Chain("masquerading", null, new[]
        {
            Rule(
                new NftMatch(
                    new NftExpression.Bitwise(s_mark, NftValue.Of(0x4000, 32), NftValue.Of(0, 32)),
                    new NftOperand.Values(NftValue.Of(0, 32), NftValue.Of(0, 32)),
                    Inverted: true),
                SetMark(uint.MaxValue, 0x4000),
                new Verdict.Translate(new NatSpec(NatKind.Masquerade, null, null, null, NatFlags.RandomFully))),
            Rule(
                AnyBit(new NftExpression.Conntrack("status", null, s_status), 0x20),
                new NftMatch(Concat(Source, Destination), new NftOperand.InSet(Named("hairpin")), Inverted: false),
                new Verdict.Translate(new NatSpec(NatKind.Masquerade, null, null, null, NatFlags.RandomFully))),
        }.ToEquatableArray()),
        new Chain("learn", null, new[]
        {
            Rule(AnyBit(new NftExpression.Conntrack("status", null, s_status), 0x20), Transports(), new Verdict.Lookup(Original, Named("affine-services"))),
        }.ToEquatableArray()),
        new Chain("learn-10800", null, new[]
        {
            Rule(Transports(), new ChangeSet(
                SetOperation.Update,
                "affinity",
                Concat([Tracked("saddr", AddressType), .. Original.Parts]),
                Concat(Destination, s_port),
                TimeSpan.FromSeconds(10800))),
        }.ToEquatableArray()),
    }.ToEquatableArray();

    private NftExpression.Concatenation Original =>
        Concat(Tracked("daddr", AddressType), s_protocol, Tracked("proto-dst", NftType.InetService));

    private (NetAddress First, NetAddress Last) Loopback => IsIPv6 ? Ends("::1", "::1") : Ends("127.0.0.0", "127.255.255.255");

    private (NetAddress First, NetAddress Last) Pods => IsIPv6 ? Ends("fd00:10:244::", "fd00:10:244:ffff:ffff:ffff:ffff:ffff") : Ends("10.244.0.0", "10.244.255.255");

    /// <summary>An empty transaction for the table.</summary>
    internal NftTransaction Transaction() => new(TableFamilies.Of(family), "sluice", Sets);

    internal byte Index(string set) => (byte)Sets.ToList().FindIndex(s => s.Name == set);

    /// <summary>The chain that draws among a number of endpoints.</summary>
    internal Chain Pick(uint count) => new($"pick-{count}", null, new[]
    {
        Rule(Transports(), new Verdict.TranslateTo(
            NatKind.Destination,
            new NftExpression.MapLookup(Concat([.. Vip, new NftExpression.NumberGenerator(IsRandom: true, count, 0)]), Named("endpoints")),
            Port: null,
            NatFlags.None)),
    }.ToEquatableArray());

    /// <summary>An endpoint in a slot of a Service.</summary>
    internal ElementChange Endpoint(NetAddress service, ushort port, uint slot, NetAddress pod, bool isDelete = false)
    {
        var change = new ElementChange { IsDelete = isDelete, Set = 4, Comment = "default/web:http" };
        Fill(ref change, [NftValue.Of(service), NftValue.Of(6, 8), NftValue.Of(port, 16), NftValue.Of(slot, 32)]);
        var data = NftValue.Concat([NftValue.Of(pod), NftValue.Of(8080, 16)]);
        change.SizeData(data.Length);
        data.Span.CopyTo(change.Data);
        return change;
    }

    /// <summary>A Service's address, and the chain its packets go to.</summary>
    internal ElementChange Service(NetAddress service, ushort port, string? chain, bool isDelete = false)
    {
        var change = new ElementChange { IsDelete = isDelete, Set = 7, Goto = chain, Drops = chain is null, Comment = "default/web:http" };
        Fill(ref change, [NftValue.Of(service), NftValue.Of(6, 8), NftValue.Of(port, 16)]);
        return change;
    }

    /// <summary>A range of keys of the set that holds plain ranges, or of the one that holds ranges in concatenations.</summary>
    internal ElementChange Range(bool isConcatenation, NetAddress first, NetAddress last, bool isDelete = false)
    {
        var change = new ElementChange { IsDelete = isDelete, Set = Index(isConcatenation ? "allowed-sources" : "networks") };
        NftValue[] vip = isConcatenation ? [NftValue.Of(ClusterIP), NftValue.Of(6, 8), NftValue.Of(80, 16)] : [];
        var low = vip.Length == 0 ? NftValue.Of(first) : NftValue.Concat([.. vip, NftValue.Of(first)]);
        var high = vip.Length == 0 ? NftValue.Of(last) : NftValue.Concat([.. vip, NftValue.Of(last)]);
        change.SizeKey(low.Length, isRange: true);
        low.Span.CopyTo(change.Key);
        high.Span.CopyTo(change.Last);
        return change;
    }

    private static void Fill(ref ElementChange change, NftValue[] parts)
    {
        var key = NftValue.Concat(parts);
        change.SizeKey(key.Length);
        key.Span.CopyTo(change.Key);
    }

    private static (NetAddress, NetAddress) Ends(string first, string last) => (NetAddress.Parse(first), NetAddress.Parse(last));

    private static NftValue Fill(string name, byte value)
    {
        var bytes = new byte[16];
        bytes.AsSpan().Fill(value);
        System.Text.Encoding.ASCII.GetBytes(name, bytes);
        return NftValue.Of(bytes);
    }

    private static NftMatch Transports() => new(s_protocol, new NftOperand.InSet(Own([NftType.InetProtocol], NftSetFlags.Constant, [6, 17, 132])), Inverted: false);

    private static NftSetReference.Anonymous Own(NftType[] key, NftSetFlags flags, ulong[] values) => new(new NftSet(
        "",
        new NftKeyType(key.ToEquatableArray()),
        values.Select(v => new SetElement(NftValue.Of(v, key[0].Bits), NftValue.Of(v, key[0].Bits))).ToEquatableArray())
    { Flags = flags });

    // The Service network, as a range of its own set.
    private NftSetReference.Anonymous OwnRanges()
    {
        var (first, last) = IsIPv6 ? Ends("fd00:10:96::", "fd00:10:96::ffff") : Ends("10.96.0.0", "10.111.255.255");
        var element = new SetElement(NftValue.Of(first), NftValue.Of(last));
        return new NftSetReference.Anonymous(new NftSet("", new NftKeyType([AddressType]), [element]) { Flags = NftSetFlags.Constant | NftSetFlags.Interval });
    }

    private static NftSetReference.Named Named(string name) => new(name);

    private static NftExpression.Concatenation Concat(params NftExpression[] parts) => new(parts.ToEquatableArray());

    private static NftExpression.Conntrack Tracked(string key, NftType type) => new(key, NftDirection.Original, type);

    private static NftMatch Is(NftExpression left, NftValue value) => new(left, new NftOperand.Values(value, value), Inverted: false);

    private static NftMatch Is(NftExpression left, NetAddress first, NetAddress last, bool inverted) =>
        Is(left, NftValue.Of(first), NftValue.Of(last), inverted);

    private static NftMatch Is(NftExpression left, NftValue first, NftValue last, bool inverted) => new(left, new NftOperand.Values(first, last), inverted);

    private static NftMatch AnyBit(NftExpression left, uint bits) => new(left, new NftOperand.AnyBit(NftValue.Of(bits, 32)), Inverted: false);

    private static SetValue SetMark(uint and, uint xor) => new(s_mark, new NftExpression.Bitwise(s_mark, NftValue.Of(and, 32), NftValue.Of(xor, 32)));

    private static Rule Rule(params RulePart[] parts) => new(parts.ToEquatableArray());

    private static Chain Base(string name, ChainType type, Hook hook, int priority, params Rule[] rules) =>
        new(name, new BaseChain(type, hook, priority, ChainPolicy.Accept), rules.ToEquatableArray());

    private static NftSet Set(string name, NftType[] key) => new(name, new NftKeyType(key.ToEquatableArray()), []);

    private static NftSet Map(string name, NftType[] key, NftType[] data) => Set(name, key) with { Data = new NftKeyType(data.ToEquatableArray()) };
}
