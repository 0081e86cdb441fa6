namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Writes the packet to the kernel log (<c>LOG</c>).</summary>
public sealed record Log : Statement
{
    /// <summary>The syslog level, 0 to 7; null for the default (4, warning).</summary>
    public byte? Level { get; init; }

    /// <summary>The text before each line, at most 29 bytes; null for none.</summary>
    public string? Prefix { get; init; }

    /// <summary>Log the TCP sequence number.</summary>
    public bool TcpSequence { get; init; }

    /// <summary>Log TCP options.</summary>
    public bool TcpOptions { get; init; }

    /// <summary>Log IP options.</summary>
    public bool IPOptions { get; init; }

    /// <summary>Log the user who sent the packet.</summary>
    public bool UserId { get; init; }

    /// <summary>Log the link-layer header.</summary>
    public bool MacDecode { get; init; }

    /// <inheritdoc/>
    public override bool IsObserver => true;
}
