using Sluice.Net;

namespace Sluice.Dataplane.Migration;

/// <summary>A packet that the two sides do not treat alike.</summary>
/// <param name="Probe">The packet.</param>
/// <param name="Before">What the first side does.</param>
/// <param name="After">What the second does.</param>
/// <param name="Causes">The known differences that explain it, by name; none: nothing does.</param>
public sealed record BehaviourDifference(Probe Probe, Behaviour Before, Behaviour After, EquatableArray<string> Causes)
{
    /// <summary>The rule by which the first side decides, in words; null when none does.</summary>
    public string? RuleBefore { get; init; }

    /// <summary>The rule by which the second side decides.</summary>
    public string? RuleAfter { get; init; }
}
