using Sluice.Net;
namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Changes the maximum segment size that a TCP SYN announces (<c>TCPMSS</c>).</summary>
/// <param name="Size">The size in bytes; null clamps it to the path's MTU less headers.</param>
public sealed record SetSegmentSize(ushort? Size) : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}

/// <summary>Replaces TCP options by padding (<c>TCPOPTSTRIP</c>).</summary>
/// <param name="Options">The option numbers, ascending.</param>
public sealed record StripTcpOptions(EquatableArray<byte> Options) : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}
