using Sluice.Dataplane.Services;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Cost;

/// <summary>Measures what packets to Services cost by tracing one to every address.</summary>
public static class CostMeter
{
    /// <summary>Traces a connection's first packet to every address: from a pod, and from outside to the external ones.</summary>
    public static CostReport Measure(Tracer tracer, IReadOnlyList<ServiceInfo> services) => throw new NotSupportedException("not yet");
}
