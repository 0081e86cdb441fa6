using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Sets the packet's priority, the class of traffic control (<c>CLASSIFY</c>).</summary>
/// <param name="Major">The queueing discipline.</param>
/// <param name="Minor">The class within it.</param>
public sealed record SetPriority(ushort Major, ushort Minor) : Statement
{
    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet) => packet.Priority = ((uint)Major << 16) | Minor;
}
