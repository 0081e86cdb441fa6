using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Interfaces as nftables compares them: names padded with zeros, wildcards as ranges of names, or the kernel's numbers.</summary>
internal static class NftInterface
{
    /// <summary>IFNAMSIZ.</summary>
    public const int NameLength = 16;

    /// <summary>Compares an interface that is not known.</summary>
    public static MatchResult Test(TracedPacket packet, InterfaceDirection direction, NftValue first, NftValue last)
    {
        if (first.Length != NameLength)
        {
            return packet.Node.Interfaces is { } table && ByIndex(table, (int)first.ToNumber()) is { } found
                ? packet.TestInterface(direction, found.Name, inverted: false)
                : MatchResult.Depends($"its {Word(direction)} interface has number {first.ToNumber()}");
        }

        return PatternOf(first, last) is { } pattern
            ? packet.TestInterface(direction, pattern, inverted: false)
            : MatchResult.Depends($"the name of its {Word(direction)} interface is from {first.ToText()} to {last.ToText()}");
    }

    /// <summary>The number of an interface; 0 when there is none of that name.</summary>
    public static int IndexOf(NodeSnapshot node, string name) => node.Interfaces?.Find(name)?.Index ?? 0;

    // "eth*" is everything from "eth" to "eth" followed by the highest bytes; a trailing "+" is how iptables writes it.
    private static string? PatternOf(NftValue first, NftValue last)
    {
        if (first == last)
        {
            return first.ToText();
        }

        var stem = first.Span.TrimEnd((byte)0).Length;
        return first.Span[..stem].SequenceEqual(last.Span[..stem]) && last.Span[stem..].IndexOfAnyExcept(byte.MaxValue) < 0
            ? first.ToText() + "+"
            : null;
    }

    private static NetInterface? ByIndex(InterfaceTable table, int index) => table.Interfaces.FirstOrDefault(i => i.Index == index);

    private static string Word(InterfaceDirection direction) => direction == InterfaceDirection.In ? "incoming" : "outgoing";
}
