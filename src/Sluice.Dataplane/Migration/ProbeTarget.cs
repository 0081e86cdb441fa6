using Sluice.Dataplane.Services;
using Sluice.Net;

namespace Sluice.Dataplane.Migration;

/// <summary>An address, protocol and port that both sides are asked about.</summary>
/// <param name="Service">Whose it is, or whose address: <c>namespace/name:port</c>.</param>
/// <param name="Kind">What the address is.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Address">The address.</param>
/// <param name="Port">The port.</param>
public sealed record ProbeTarget(string Service, ServiceAddressKind Kind, L4Protocol Protocol, NetAddress Address, int Port)
{
    /// <summary>Whether the port is none of the Service's: only its address is.</summary>
    public bool IsOtherPort { get; init; }

    /// <summary>Endpoints that may reach themselves.</summary>
    public EquatableArray<NetAddress> Endpoints { get; init; }

    /// <summary>Addresses of the Service's source ranges.</summary>
    public EquatableArray<NetAddress> AllowedSources { get; init; }

    /// <summary><c>ClusterIP tcp 10.96.0.10:53</c>.</summary>
    public override string ToString() => $"{Kind} {Protocol} {Address.WithPort(Port)}";
}
