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
