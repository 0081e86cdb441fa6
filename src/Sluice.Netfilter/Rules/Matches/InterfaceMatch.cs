using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>Whether an interface is the one a packet came in by or the one it leaves by.</summary>
public enum InterfaceDirection
{
    /// <summary>The incoming interface (<c>-i</c>).</summary>
    In,

    /// <summary>The outgoing interface (<c>-o</c>).</summary>
    Out,
}

/// <summary>The name of the incoming or outgoing interface (<c>-i</c>, <c>-o</c>).</summary>
/// <param name="Direction">Which interface.</param>
/// <param name="Name">The name; a trailing <c>+</c> stands for any ending, as iptables writes it.</param>
/// <param name="Inverted">True when every other interface matches.</param>
public sealed record InterfaceMatch(InterfaceDirection Direction, string Name, bool Inverted) : Match
{
    /// <summary>Whether the pattern (a name, or a beginning followed by <c>+</c>) covers the interface name.</summary>
    public static bool Covers(string pattern, string name) =>
        pattern.EndsWith('+') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => packet.TestInterface(Direction, Name, Inverted);
}
