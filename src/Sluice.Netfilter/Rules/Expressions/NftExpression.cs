using Sluice.Net;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Rules.Expressions;

/// <summary>A value that a rule of nftables takes from the packet, its connection, the node, or chance.</summary>
public abstract record NftExpression
{
    private NftExpression()
    {
    }

    /// <summary>A value the rule says.</summary>
    /// <param name="Value">The value.</param>
    /// <param name="Type">Its type.</param>
    public sealed record Constant(NftValue Value, NftType Type) : NftExpression;

    /// <summary>Bits of the packet. A field of a protocol asks first whether the packet is of it: else the rule does not match.</summary>
    /// <param name="Field">Which.</param>
    public sealed record Payload(PayloadField Field) : NftExpression;

    /// <summary>What the kernel knows of the packet besides its bytes (<c>meta</c>).</summary>
    /// <param name="Key">In nft's words: <c>mark</c>, <c>iifname</c>, <c>oifname</c>, <c>iif</c>, <c>oif</c>, <c>l4proto</c>, <c>nfproto</c>, <c>protocol</c>, <c>pkttype</c>, <c>skuid</c>, <c>length</c>, ...</param>
    /// <param name="Type">Its type.</param>
    public sealed record Meta(string Key, NftType Type) : NftExpression;

    /// <summary>What connection tracking knows (<c>ct</c>).</summary>
    /// <param name="Key">In nft's words: <c>state</c>, <c>status</c>, <c>mark</c>, <c>direction</c>, <c>saddr</c>, <c>daddr</c>, <c>proto-src</c>, <c>proto-dst</c>, <c>protocol</c>, <c>l3proto</c>, <c>zone</c>, ...</param>
    /// <param name="Direction">For the tuple's fields and counts: original or reply; null where the key has none.</param>
    /// <param name="Type">Its type.</param>
    public sealed record Conntrack(string Key, NftDirection? Direction, NftType Type) : NftExpression;

    /// <summary>What routing says of addresses of the packet (<c>fib</c>).</summary>
    /// <param name="Lookup">What is looked up, in nft's words and order: <c>saddr</c>, <c>daddr</c>, <c>mark</c>, <c>iif</c>, <c>oif</c>.</param>
    /// <param name="Result"><c>type</c>, <c>oif</c>, <c>oifname</c>, or <c>check</c> (whether there is a route).</param>
    /// <param name="Type">The result's type.</param>
    public sealed record Fib(EquatableArray<string> Lookup, string Result, NftType Type) : NftExpression;

    /// <summary>A drawn or counted number (<c>numgen</c>): from <paramref name="Offset"/>, below <paramref name="Offset"/> + <paramref name="Modulus"/>.</summary>
    /// <param name="IsRandom">Drawn with equal chances; else the next of a count that all packets share.</param>
    /// <param name="Modulus">How many numbers there are, at least 1.</param>
    /// <param name="Offset">The lowest.</param>
    public sealed record NumberGenerator(bool IsRandom, uint Modulus, uint Offset) : NftExpression;

    /// <summary>A hash (<c>jhash</c>, <c>symhash</c>), modulo a number.</summary>
    /// <param name="Of">What is hashed; null for the flow, alike in both directions (<c>symhash</c>).</param>
    /// <param name="Modulus">How many results there are.</param>
    /// <param name="Seed">The seed; null when the kernel draws one.</param>
    /// <param name="Offset">The lowest result.</param>
    public sealed record Hash(NftExpression? Of, uint Modulus, uint? Seed, uint Offset) : NftExpression;

    /// <summary>The id of a route, a socket's property, an operating system's guess and other sources that no snapshot holds (<c>rt</c>, <c>socket</c>, <c>osf</c>, <c>ipsec</c>, <c>tunnel</c>).</summary>
    /// <param name="Text">The expression in nft's words.</param>
    /// <param name="Type">Its type.</param>
    public sealed record Opaque(string Text, NftType Type) : NftExpression;

    /// <summary>Several values one behind the other (<c>.</c>).</summary>
    /// <param name="Parts">At least two.</param>
    public sealed record Concatenation(EquatableArray<NftExpression> Parts) : NftExpression;

    /// <summary>A value with some bits cleared, then some flipped: <c>(x and mask) xor flip</c>, the kernel's form of and, or, xor and shiftless masks.</summary>
    /// <param name="Operand">The value.</param>
    /// <param name="And">The bits that stay.</param>
    /// <param name="Xor">The bits that flip.</param>
    public sealed record Bitwise(NftExpression Operand, NftValue And, NftValue Xor) : NftExpression;

    /// <summary>A value shifted (<c>&lt;&lt;</c>, <c>&gt;&gt;</c>).</summary>
    /// <param name="Operand">The value.</param>
    /// <param name="IsLeft">Whether towards the most significant bit.</param>
    /// <param name="Bits">By how many bits.</param>
    public sealed record Shift(NftExpression Operand, bool IsLeft, int Bits) : NftExpression;

    /// <summary>What a map has for a key (<c>key map @name</c>); without the key, the rule does not match.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Set">The map.</param>
    public sealed record MapLookup(NftExpression Key, NftSetReference Set) : NftExpression;

    /// <summary>An expression this program does not know, kept as the dump has it.</summary>
    /// <param name="Text">Its text.</param>
    public sealed record Unknown(string Text) : NftExpression;
}

/// <summary>Which way along a connection.</summary>
public enum NftDirection
{
    /// <summary>From who opened it.</summary>
    Original,

    /// <summary>From who answers.</summary>
    Reply,
}

/// <summary>A set or map that an expression looks into.</summary>
public abstract record NftSetReference
{
    private NftSetReference()
    {
    }

    /// <summary>A set of the table (<c>@name</c>).</summary>
    /// <param name="Name">Its name.</param>
    public sealed record Named(string Name) : NftSetReference;

    /// <summary>A set of the rule's own (<c>{ ... }</c>).</summary>
    /// <param name="Set">The set; its name is empty.</param>
    public sealed record Anonymous(NftSet Set) : NftSetReference;
}
