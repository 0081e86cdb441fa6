using Sluice.Net;

namespace Sluice.Dataplane.Migration;

/// <summary>Which Services behave differently on two sides, and why.</summary>
/// <param name="From">The first side's name.</param>
/// <param name="To">The second side's name.</param>
/// <param name="Services">How many Service ports were asked about.</param>
/// <param name="Packets">With how many packets.</param>
/// <param name="Causes">The differences by their cause; what nothing explains comes first.</param>
public sealed record MigrationReport(string From, string To, int Services, int Packets, EquatableArray<DifferenceCause> Causes)
{
    /// <summary>How many Service ports behave differently.</summary>
    public int DifferentServices => Causes.SelectMany(c => c.Services).Select(s => s.Service).Distinct().Count();

    /// <summary>Whether there is a difference that nothing explains.</summary>
    public bool HasUnexplained => Causes.Any(c => c.Known.Count == 0);
}

/// <summary>Differences of one cause.</summary>
/// <param name="Known">The known differences; none when nothing explains it.</param>
/// <param name="Services">The Services, in their order.</param>
public sealed record DifferenceCause(EquatableArray<KnownDifference> Known, EquatableArray<ServiceDifference> Services)
{
    /// <summary>The names of the known differences, or <c>unexplained</c>.</summary>
    public string Name => Known.Count == 0 ? "unexplained" : string.Join(" + ", Known.Select(k => k.Name));
}
