using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>What a rule's registers hold from one place on.</summary>
/// <param name="Expression">What was loaded; null for bytes of the rule's own.</param>
/// <param name="Constant">The rule's own bytes, in the kernel's order; the type is said by who uses them.</param>
/// <param name="Bytes">How many bytes there are.</param>
internal sealed record Register(NftExpression? Expression, byte[]? Constant, int Bytes)
{
    /// <summary>Whether a number was turned to have its most significant byte first.</summary>
    internal bool IsTurned { get; init; }

    /// <summary>How many registers of four bytes it takes.</summary>
    internal int Width => NftValue.Padded(Bytes) / 4;
}
