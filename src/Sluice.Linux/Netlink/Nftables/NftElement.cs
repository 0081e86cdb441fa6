namespace Sluice.Linux.Netlink.Nftables;

/// <summary>An element of a set as the kernel has it, for the time of one call: its bytes lie in a buffer that is used again.</summary>
public readonly ref struct NftElement
{
    /// <summary>The key, or the lowest of a range, as <see cref="Netfilter.Rules.Sets.NftValue"/> has it; empty for <see cref="IsCatchAll"/>.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>The key again, or the highest of a range, included.</summary>
    public ReadOnlySpan<byte> Last { get; init; }

    /// <summary>In a map to data: what the key stands for; else empty.</summary>
    public ReadOnlySpan<byte> Data { get; init; }

    /// <summary>In a map to verdicts: which; else <see cref="NftVerdict.None"/>.</summary>
    public NftVerdict Verdict { get; init; }

    /// <summary>For <see cref="NftVerdict.Jump"/> and <see cref="NftVerdict.Goto"/>: the chain, in UTF-8.</summary>
    public ReadOnlySpan<byte> Chain { get; init; }

    /// <summary>In a map to objects: the object's name, in UTF-8; else empty.</summary>
    public ReadOnlySpan<byte> Object { get; init; }

    /// <summary>The comment, in UTF-8; empty without one.</summary>
    public ReadOnlySpan<byte> Comment { get; init; }

    /// <summary>Whether it stands for every key that no other element has.</summary>
    public bool IsCatchAll { get; init; }

    /// <summary>How long it lives; null for the set's own timeout, or for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long it still has to live; null without a timeout.</summary>
    public TimeSpan? Expires { get; init; }

    /// <summary>Packets and bytes counted; null without a counter.</summary>
    public (ulong Packets, ulong Bytes)? Counters { get; init; }
}

/// <summary>A verdict that a value can be.</summary>
public enum NftVerdict
{
    /// <summary>None.</summary>
    None,

    /// <summary>The packet passes the base chain.</summary>
    Accept,

    /// <summary>The packet is gone.</summary>
    Drop,

    /// <summary>Goes on with the next rule.</summary>
    Continue,

    /// <summary>Goes back to the calling chain.</summary>
    Return,

    /// <summary>Goes on in another chain and comes back.</summary>
    Jump,

    /// <summary>Goes on in another chain.</summary>
    Goto,

    /// <summary>One this program does not know.</summary>
    Unknown,
}

/// <summary>Takes the elements of a set one after the other.</summary>
public interface INftElementReceiver
{
    /// <summary>The first element comes next: what came before is void, since the set changed while it was read.</summary>
    public void Begin();

    /// <summary>Takes an element.</summary>
    public void Take(in NftElement element);
}
