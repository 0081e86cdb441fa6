using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Changes the packet mark (<c>MARK</c>): <c>(mark &amp; ~mask) ^ value</c>.</summary>
/// <param name="Mark">Value and mask.</param>
public sealed record SetMark(MaskedValue Mark) : Statement
{
    /// <summary>Sets bits, as <c>--or-mark</c> does.</summary>
    public static SetMark Or(uint bits) => new(new MaskedValue(bits, bits));

    /// <summary>Flips bits, as <c>--xor-mark</c> does.</summary>
    public static SetMark Xor(uint bits) => new(new MaskedValue(bits, 0));

    /// <summary>Keeps only these bits, as <c>--and-mark</c> does.</summary>
    public static SetMark And(uint bits) => new(new MaskedValue(0, ~bits));

    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet)
    {
        packet.Mark = Mark.ApplyTo(packet.Mark);
        packet.UnknownMark &= ~Mark.Mask;
    }
}
