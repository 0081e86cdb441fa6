using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>A Service port's wish to have an address.</summary>
/// <param name="Port">The Service port.</param>
/// <param name="Kind">As which of its addresses.</param>
internal readonly record struct Claim(PortState Port, DestinationKind Kind)
{
    /// <summary>Whether it goes before another: the order of <see cref="ServiceIntent.Ports"/>, of one port the order of the kinds.</summary>
    public bool GoesBefore(Claim other)
    {
        var order = Port.Service.CompareTo(other.Port.Service);
        return order < 0 || (order == 0 && (Port.Index < other.Port.Index || (Port.Index == other.Port.Index && Kind < other.Kind)));
    }
}
