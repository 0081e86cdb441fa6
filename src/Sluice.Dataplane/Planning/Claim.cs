using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning;

/// <summary>A Service port's wish to have an address.</summary>
/// <typeparam name="TPort">What a planner remembers of a Service port.</typeparam>
/// <param name="Port">The Service port.</param>
/// <param name="Kind">As which of its addresses.</param>
internal readonly record struct Claim<TPort>(TPort Port, DestinationKind Kind)
    where TPort : RememberedPort
{
    /// <summary>Whether it goes before another: the order of <see cref="ServiceIntent.Ports"/>, of one port the order of the kinds.</summary>
    public bool GoesBefore(Claim<TPort> other)
    {
        var order = Port.Service.CompareTo(other.Port.Service);
        return order < 0 || (order == 0 && (Port.Index < other.Port.Index || (Port.Index == other.Port.Index && Kind < other.Kind)));
    }
}
