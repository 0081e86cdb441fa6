using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>What a translation that looks its target up comes to.</summary>
internal abstract record NatTarget
{
    private NatTarget()
    {
    }

    /// <summary>No target: the rule ends without a match.</summary>
    public sealed record None : NatTarget
    {
        public static readonly None Instance = new();
    }

    /// <summary>A target that is known.</summary>
    /// <param name="Nat">The translation.</param>
    public sealed record Known(NatSpec Nat) : NatTarget;

    /// <summary>A target that the snapshot does not tell.</summary>
    /// <param name="Where">What holds it, in nft's words.</param>
    /// <param name="IsUnclear">Whether this program does not understand what holds it.</param>
    public sealed record Untold(string Where, bool IsUnclear) : NatTarget;
}
