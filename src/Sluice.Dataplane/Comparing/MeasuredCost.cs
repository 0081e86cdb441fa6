namespace Sluice.Dataplane.Comparing;

/// <summary>What a mode costs in the kernel of this machine, measured in a network namespace made for it. What could not be measured is null.</summary>
/// <param name="Tool">What wrote to the kernel, e.g. <c>iptables 1.8.9 nft</c>.</param>
/// <param name="Load">From what Services shall do to all of it in an empty kernel.</param>
public sealed record MeasuredCost(string Tool, TimeSpan Load)
{
    /// <summary>One endpoint of one Service replaced, from what the Service shall do to the kernel's answer: the median of several.</summary>
    public TimeSpan? Change { get; init; }

    /// <summary>How many changes that is the median of.</summary>
    public int Changes { get; init; }

    /// <summary>By how many bytes the kernel's own memory grew with the load; null when that was too little to be told from what else the kernel does.</summary>
    public long? KernelBytes { get; init; }

    /// <summary>A connection from a pod to a pod before any rule was there: the median of several.</summary>
    public TimeSpan? DirectConnect { get; init; }

    /// <summary>A connection from a pod to the last Service.</summary>
    public TimeSpan? LastConnect { get; init; }

    /// <summary>A connection from a pod to a pod, with the rules there: no Service's packets pass them too.</summary>
    public TimeSpan? NoServiceConnect { get; init; }
}
