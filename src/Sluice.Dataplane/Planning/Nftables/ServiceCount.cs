using Sluice.Net;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// What the kernel has counted for one Service port, over all of its addresses and its node port, since it got them; it begins anew when
/// the Service is removed and comes again, and when the table is.
/// </summary>
/// <param name="Name">The Service port, <c>namespace/name:port</c>; the end of a name that is longer than 128 characters is <c>...</c></param>
/// <param name="Protocol">TCP, UDP or SCTP.</param>
/// <param name="Family">The address family.</param>
public sealed record ServiceCount(string Name, L4Protocol Protocol, IPFamily Family)
{
    /// <summary>
    /// First packets of connections, for UDP of what connection tracking takes for one. Those that are refused or dropped count too, and a
    /// first packet that is sent again because nobody answered counts again.
    /// </summary>
    public ulong Connections { get; init; }

    /// <summary>
    /// Packets of connections that were led to an endpoint: all of them, of both directions. A connection of the node with itself is met
    /// twice, where it leaves and where it arrives.
    /// </summary>
    public ulong Packets { get; init; }

    /// <summary>The bytes of <see cref="Packets"/>, from the IP header on.</summary>
    public ulong Bytes { get; init; }
}
