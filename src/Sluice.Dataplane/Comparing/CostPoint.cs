namespace Sluice.Dataplane.Comparing;

/// <summary>What a mode costs for a cluster of some size.</summary>
/// <param name="Services">How many Services.</param>
/// <param name="Counted">What was counted.</param>
public sealed record CostPoint(int Services, CountedCost Counted)
{
    /// <summary>What was measured; null when nothing was.</summary>
    public MeasuredCost? Measured { get; init; }

    /// <summary>Why nothing was measured; null when something was, or nobody asked.</summary>
    public string? NotMeasured { get; init; }

    /// <summary>Whether nothing was measured because it takes longer than was allowed.</summary>
    public bool IsOverBudget { get; init; }
}
