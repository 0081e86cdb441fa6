using Sluice.Net;

namespace Sluice.Kubernetes.Objects;

/// <summary>One element of an EndpointSlice's <c>ports</c>; those without a name or number are not kept.</summary>
/// <param name="Name">The name of the Service port it serves; often empty.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Port">The port on the endpoints, 1 to 65535.</param>
public readonly record struct EndpointPort(string Name, L4Protocol Protocol, int Port);
