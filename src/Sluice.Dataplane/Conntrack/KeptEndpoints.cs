using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Conntrack;

/// <summary>
/// Which endpoints flows of a Service port may stay with. Policies, hints and being about to end do not matter: they are about new flows.
/// </summary>
internal static class KeptEndpoints
{
    /// <summary>Those of a Service port.</summary>
    public static HashSet<(NetAddress Address, int Port)> Of(PortIntent port)
    {
        var kept = new HashSet<(NetAddress Address, int Port)>();
        foreach (var endpoint in port.KnownEndpoints)
        {
            if (Keeps(port, endpoint))
            {
                kept.Add((endpoint.Address, endpoint.Port));
            }
        }

        return kept;
    }

    /// <summary>Whether flows may stay with all that they might stay with before.</summary>
    public static bool AreAllKept(PortIntent before, PortIntent after)
    {
        if (before.KnownEndpoints.Equals(after.KnownEndpoints))
        {
            return true;
        }

        var kept = Of(after);
        foreach (var endpoint in before.KnownEndpoints)
        {
            if (Keeps(before, endpoint) && !kept.Contains((endpoint.Address, endpoint.Port)))
            {
                return false;
            }
        }

        return true;
    }

    // Datagrams to one that does not serve are lost. A connection outlives a failed readiness probe: it ends with its endpoint only.
    private static bool Keeps(PortIntent port, Endpoint endpoint) =>
        port.Name.Protocol == L4Protocol.Tcp || endpoint.Ready || endpoint.Serving;
}
