using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>A Service port as IPVS mode remembers it.</summary>
/// <param name="name">Which it is.</param>
internal sealed class VirtualPort(ServicePortName name) : RememberedPort(name);
