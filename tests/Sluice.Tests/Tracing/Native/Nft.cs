using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;
using Sluice.Netfilter.Tracing;

namespace Sluice.Tests.Tracing.Native;

/// <summary>Short words for rules of nftables, built as values.</summary>
internal static class Nft
{
    public static readonly NftType InterfaceName = new("ifname", 128, 41);
    public static readonly NftType FibType = new("fib_addrtype", 32, 40, IsHostEndian: true);
    public static readonly NftType State = new("ct_state", 32, 26, IsHostEndian: true);

    public static readonly NftExpression Destination = new NftExpression.Payload(PayloadField.IPv4Destination);
    public static readonly NftExpression Source = new NftExpression.Payload(PayloadField.IPv4Source);
    public static readonly NftExpression DestinationPort = new NftExpression.Payload(PayloadField.TransportDestination);
    public static readonly NftExpression Protocol = new NftExpression.Meta("l4proto", NftType.InetProtocol);
    public static readonly NftExpression Mark = new NftExpression.Meta("mark", NftType.Mark);
    public static readonly NftExpression InName = new NftExpression.Meta("iifname", InterfaceName);
    public static readonly NftExpression Vip = Join(Destination, Protocol, DestinationPort);
    public static readonly NftKeyType VipType = new([NftType.IPv4Address, NftType.InetProtocol, NftType.InetService]);

    public static NftExpression Random(uint modulus, uint offset = 0) => new NftExpression.NumberGenerator(IsRandom: true, modulus, offset);

    public static NftExpression Join(params NftExpression[] parts) => new NftExpression.Concatenation([.. parts]);

    public static NftValue Address(string text) => NftValue.Of(NetAddress.Parse(text));

    public static NftValue Port(int port) => NftValue.Of((ulong)port, 16);

    public static NftValue Byte(int number) => NftValue.Of((ulong)number, 8);

    public static NftValue Word(uint number) => NftValue.Of(number, 32);

    public static NftValue Name(string name) => NftValue.OfText(name);

    public static NftValue Key(params NftValue[] parts) => NftValue.Concat(parts);

    public static NftValue VipKey(string address, int port) => Key(Address(address), Byte(6), Port(port));

    public static Match Is(NftExpression left, NftValue value) => new NftMatch(left, new NftOperand.Values(value, value), Inverted: false);

    public static Match IsNot(NftExpression left, NftValue value) => new NftMatch(left, new NftOperand.Values(value, value), Inverted: true);

    public static Match Between(NftExpression left, NftValue first, NftValue last) => new NftMatch(left, new NftOperand.Values(first, last), Inverted: false);

    public static Match In(NftExpression left, string set) => new NftMatch(left, new NftOperand.InSet(new NftSetReference.Named(set)), Inverted: false);

    public static Verdict Vmap(NftExpression key, string set) => new Verdict.Lookup(key, new NftSetReference.Named(set));

    public static Verdict Vmap(NftExpression key, NftType type, params SetElement[] elements) =>
        new Verdict.Lookup(key, new NftSetReference.Anonymous(Set("", new NftKeyType([type]), elements) with { Data = new NftKeyType([NftType.Verdict]) }));

    public static Verdict DnatTo(NftExpression key, string map) =>
        new Verdict.TranslateTo(NatKind.Destination, new NftExpression.MapLookup(key, new NftSetReference.Named(map)), null, NatFlags.None);

    public static Verdict Dnat(string address) => new Verdict.Translate(new NatSpec(NatKind.Destination, NetAddress.Parse(address), NetAddress.Parse(address), null, NatFlags.None));

    public static Statement OrMark(uint bits) => new SetValue(Mark, new NftExpression.Bitwise(Mark, Word(~bits), Word(bits)));

    public static SetElement Element(NftValue key, Verdict? verdict = null, NftValue? data = null) => new(key, key) { Verdict = verdict, Data = data };

    public static SetElement Range(NftValue first, NftValue last, Verdict? verdict = null) => new(first, last) { Verdict = verdict };

    public static NftSet Set(string name, NftKeyType key, params SetElement[] elements) => new(name, key, [.. elements]);

    public static Chain Chain(string name, params RulePart[][] rules) => new(name, null, [.. rules.Select(r => new Rule([.. r]))]);

    public static Chain Base(string name, Hook hook, int priority, params RulePart[][] rules) => Base(name, ChainType.Filter, hook, priority, rules);

    public static Chain Base(string name, ChainType type, Hook hook, int priority, params RulePart[][] rules) =>
        Chain(name, rules) with { Base = new BaseChain(type, hook, priority, ChainPolicy.Accept) };

    public static Table Table(string name, Chain[] chains, params NftSet[] sets) =>
        new(TableFamily.IPv4, name, [.. chains]) { Backend = TableBackend.Nftables, Sets = [.. sets] };

    public static NodeSnapshot Node(params Table[] tables)
    {
        var node = Ask.Node(Ask.Interfaces);
        return node with { Ruleset = new Ruleset([.. tables]) };
    }

    public static Trace Trace(Packet packet, params Table[] tables) => new Tracer(Node(tables)).Trace(packet);
}
