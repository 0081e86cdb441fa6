using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>What a packet asks for: an address, protocol and port; or a protocol and port on whatever address serves node ports.</summary>
/// <param name="IP">The address; the default for a node port.</param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Port">The port.</param>
/// <param name="IsNodePort">Whether it is a node port.</param>
internal readonly record struct ServiceAddress(NetAddress IP, L4Protocol Protocol, ushort Port, bool IsNodePort)
{
    /// <summary>A node port.</summary>
    public static ServiceAddress NodePort(L4Protocol protocol, int port) => new(default, protocol, (ushort)port, IsNodePort: true);

    /// <inheritdoc/>
    public bool Equals(ServiceAddress other) =>
        Port == other.Port && IP == other.IP && Protocol.Number == other.Protocol.Number && IsNodePort == other.IsNodePort;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IP, Port | (Protocol.Number << 16) | (IsNodePort ? 1 << 24 : 0));
}
