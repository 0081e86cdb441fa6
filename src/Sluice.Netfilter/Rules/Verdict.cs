using Sluice.Netfilter.Rules.Expressions;

namespace Sluice.Netfilter.Rules;

/// <summary>A statement that decides where evaluation goes on, or that it ends.</summary>
public abstract record Verdict : Statement
{
    private Verdict()
    {
    }

    /// <summary>The packet passes this base chain; later hooks and tables still see it.</summary>
    public sealed record Accept : Verdict
    {
        /// <summary>The one instance.</summary>
        public static readonly Accept Instance = new();
    }

    /// <summary>The packet is gone.</summary>
    public sealed record Drop : Verdict
    {
        /// <summary>The one instance.</summary>
        public static readonly Drop Instance = new();
    }

    /// <summary>Goes back to the calling chain; in a base chain, to its policy.</summary>
    public sealed record Return : Verdict
    {
        /// <summary>The one instance.</summary>
        public static readonly Return Instance = new();
    }

    /// <summary>Goes on in another chain and comes back after it.</summary>
    /// <param name="Chain">The chain's name.</param>
    public sealed record Jump(string Chain) : Verdict;

    /// <summary>Goes on in another chain; its end returns to where the current chain would have returned.</summary>
    /// <param name="Chain">The chain's name.</param>
    public sealed record Goto(string Chain) : Verdict;

    /// <summary>Drops the packet and tells the sender.</summary>
    /// <param name="With">What the sender gets, in iptables' words, e.g. <c>icmp-port-unreachable</c> or <c>tcp-reset</c>; null for the default.</param>
    public sealed record Reject(string? With) : Verdict;

    /// <summary>Hands the packet to a program in user space, which decides.</summary>
    /// <param name="First">The first queue number.</param>
    /// <param name="Last">The last queue number when the load is balanced over several.</param>
    /// <param name="Bypass">Whether the packet is accepted when no program listens.</param>
    /// <param name="CpuFanout">Whether the queue is chosen by CPU.</param>
    public sealed record Queue(ushort First, ushort Last, bool Bypass, bool CpuFanout) : Verdict
    {
        /// <summary>Whether the rule spells it <c>-j QUEUE</c>, the old name of queue 0.</summary>
        public bool IsIpQueue { get; init; }
    }

    /// <summary>Goes on with the next rule (nftables' <c>continue</c>).</summary>
    public sealed record Continue : Verdict
    {
        /// <summary>The one instance.</summary>
        public static readonly Continue Instance = new();
    }

    /// <summary>The verdict that a map has for a key (nftables' <c>vmap</c>); without the key, the rule does not match.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Set">The map to verdicts.</param>
    public sealed record Lookup(NftExpression Key, NftSetReference Set) : Verdict;

    /// <summary>
    /// A translation to an address or port that an expression yields (nftables' <c>dnat to ... map</c>); ends the hook's nat
    /// evaluation. What is constant is a <see cref="Translate"/>.
    /// </summary>
    /// <param name="Kind">Which way.</param>
    /// <param name="Address">The address, or address and port concatenated; null where only the port changes.</param>
    /// <param name="Port">The port; null to keep it, or when <paramref name="Address"/> holds it.</param>
    /// <param name="Flags">How the choice is made.</param>
    public sealed record TranslateTo(NatKind Kind, NftExpression? Address, NftExpression? Port, NatFlags Flags) : Verdict;

    /// <summary>Translates the destination, the source, or both ends to what the kernel chooses; ends the hook's nat evaluation.</summary>
    /// <param name="Nat">The translation.</param>
    public sealed record Translate(NatSpec Nat) : Verdict;

    /// <summary>Redirects the packet to a local socket without changing it (TPROXY).</summary>
    /// <param name="Port">The local port, 0 for the packet's own.</param>
    /// <param name="Address">The local address; null or unspecified for that of the incoming interface.</param>
    /// <param name="Mark">The mark set on the way.</param>
    public sealed record TransparentProxy(ushort Port, Net.NetAddress? Address, MaskedValue Mark) : Verdict;

    /// <summary>A target this program does not know, kept as it was written. It might do anything.</summary>
    /// <param name="Name">The target's name.</param>
    /// <param name="Text">Its options, verbatim.</param>
    public sealed record Unknown(string Name, string Text) : Verdict;
}
