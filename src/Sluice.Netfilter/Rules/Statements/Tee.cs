using Sluice.Net;

namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Sends a copy of the packet to another host on the link (<c>TEE</c>).</summary>
/// <param name="Gateway">The host.</param>
/// <param name="OutInterface">The interface the copy leaves by; null when routing decides.</param>
public sealed record Tee(NetAddress Gateway, string? OutInterface) : Statement
{
    /// <inheritdoc/>
    public override bool IsObserver => true;
}
