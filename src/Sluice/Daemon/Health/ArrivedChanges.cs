namespace Sluice.Daemon.Health;

/// <summary>Changes of the cluster that came together.</summary>
/// <param name="At">When, by the clock's timestamps.</param>
/// <param name="Services">How many changes of Services.</param>
/// <param name="Endpoints">How many changes of EndpointSlices.</param>
/// <param name="Triggers">When what the EndpointSlices tell of happened, as far as they say.</param>
internal readonly record struct ArrivedChanges(long At, int Services, int Endpoints, IReadOnlyList<DateTimeOffset> Triggers)
{
    /// <summary>Both as one that came when the later did. What they tell of is too long ago to be measured.</summary>
    public ArrivedChanges And(ArrivedChanges later) => new(later.At, Services + later.Services, Endpoints + later.Endpoints, []);
}
