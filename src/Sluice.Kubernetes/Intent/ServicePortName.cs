using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>What tells one port of a Service from all others.</summary>
/// <param name="Service">The Service.</param>
/// <param name="Port">The port's name; empty when it has none.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
public readonly record struct ServicePortName(ObjectName Service, string Port, L4Protocol Protocol)
{
    /// <summary><c>namespace/name:port</c>, or <c>namespace/name</c> for a port without a name.</summary>
    public override string ToString() => Port.Length == 0 ? Service.ToString() : $"{Service}:{Port}";
}
