using Sluice.Net;

namespace Sluice.Kubernetes.Objects;

/// <summary>One element of a Service's <c>spec.ports</c>.</summary>
/// <param name="Name">The port's name; empty when it has none.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Port">The port on the Service's addresses, 1 to 65535.</param>
/// <param name="NodePort">The port on nodes' addresses, 1 to 65535; 0 for none.</param>
public sealed record ServicePort(string Name, L4Protocol Protocol, int Port, int NodePort);
