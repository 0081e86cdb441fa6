namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Hands a copy of the packet to programs that listen to a netlink group (<c>NFLOG</c>).</summary>
public sealed record NetfilterLog : Statement
{
    /// <summary>The netlink group.</summary>
    public ushort Group { get; init; }

    /// <summary>The text that goes with each copy, at most 64 bytes; null for none.</summary>
    public string? Prefix { get; init; }

    /// <summary>How many bytes were meant to be copied (<c>--nflog-range</c>, which never worked); 0 for all.</summary>
    public uint Range { get; init; }

    /// <summary>How many bytes are copied; null for all.</summary>
    public uint? Size { get; init; }

    /// <summary>How many packets the kernel gathers before it sends them; 0 for the default.</summary>
    public ushort Threshold { get; init; }

    /// <inheritdoc/>
    public override bool IsObserver => true;
}
