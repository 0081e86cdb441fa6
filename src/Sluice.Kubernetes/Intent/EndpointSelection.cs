using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>Chooses among a Service port's endpoints those that a node uses: readiness, traffic policies, topology hints, pods about to end.</summary>
public static class EndpointSelection
{
    // How near an endpoint must be.
    private enum Nearness
    {
        Anywhere,
        SameZone,
        SameNode,
    }

    /// <summary>
    /// Chooses endpoints.
    /// <list type="bullet">
    /// <item>For Cluster policy: the ready ones; of them only those hinted for this node, if every ready one has node hints and one
    /// has this node's; else those hinted for this zone, likewise; else all.</item>
    /// <item>For Local policy: the ready ones on this node, whatever their hints.</item>
    /// <item>Where that leaves none: those that still serve though about to end (of the node, for Local). Both kinds never mix.</item>
    /// </list>
    /// </summary>
    /// <param name="endpoints">All endpoints of the port, in the order of their text.</param>
    /// <param name="usesCluster">Whether some traffic of the port is under Cluster policy (<see cref="PortIntent.UsesClusterEndpoints"/>).</param>
    /// <param name="usesLocal">Whether some traffic is under Local policy (<see cref="PortIntent.UsesLocalEndpoints"/>).</param>
    /// <param name="node">The node that routes.</param>
    public static EndpointChoice Choose(EquatableArray<Endpoint> endpoints, bool usesCluster, bool usesLocal, NodeProfile node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var cluster = usesCluster ? ForClusterPolicy(endpoints, node) : [];
        var local = usesLocal ? ReadyOrStillServing(endpoints, e => e.IsLocal) : [];
        var all = Union(endpoints, cluster, local);

        // Under Local policy alone, endpoints elsewhere count too: they make the difference between dropped and refused.
        var hasAny = cluster.Count > 0 || (usesLocal && Any(endpoints, e => e.Ready || (e.Serving && e.Terminating)));
        return new EndpointChoice(cluster, local, all, hasAny);
    }

    private static EquatableArray<Endpoint> ForClusterPolicy(EquatableArray<Endpoint> endpoints, NodeProfile node)
    {
        var nearness = NearnessAskedFor(endpoints, node);
        return ReadyOrStillServing(endpoints, e => !e.Ready || nearness switch
        {
            Nearness.SameNode => e.NodeHints.Contains(node.Name),
            Nearness.SameZone => e.ZoneHints.Contains(node.Zone),
            _ => true,
        });
    }

    private static Nearness NearnessAskedFor(EquatableArray<Endpoint> endpoints, NodeProfile node)
    {
        bool allHaveNode = true, allHaveZone = true, oneForNode = false, oneForZone = false;
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Ready)
            {
                allHaveNode &= endpoint.NodeHints.Count > 0;
                allHaveZone &= endpoint.ZoneHints.Count > 0;
                oneForNode |= endpoint.NodeHints.Contains(node.Name);
                oneForZone |= node.Zone is not null && endpoint.ZoneHints.Contains(node.Zone);
            }
        }

        return allHaveNode && oneForNode ? Nearness.SameNode
            : allHaveZone && oneForZone ? Nearness.SameZone
            : Nearness.Anywhere;
    }

    // The ready ones among those eligible; without any, the eligible ones that still serve though about to end.
    private static EquatableArray<Endpoint> ReadyOrStillServing(EquatableArray<Endpoint> endpoints, Func<Endpoint, bool> isEligible)
    {
        var ready = Where(endpoints, e => e.Ready && isEligible(e));
        return ready.Count > 0 ? ready : Where(endpoints, e => e.Serving && e.Terminating && isEligible(e));
    }

    private static EquatableArray<Endpoint> Union(
        EquatableArray<Endpoint> endpoints, EquatableArray<Endpoint> cluster, EquatableArray<Endpoint> local)
    {
        if (local.Count == 0)
        {
            return cluster;
        }

        if (cluster.Count == 0)
        {
            return local;
        }

        var used = new HashSet<Endpoint>(cluster, ReferenceEqualityComparer.Instance);
        used.UnionWith(local);
        return used.Count == cluster.Count ? cluster : Where(endpoints, used.Contains);
    }

    // The same array when all are taken: most ports keep one array for everything.
    private static EquatableArray<Endpoint> Where(EquatableArray<Endpoint> endpoints, Func<Endpoint, bool> isTaken)
    {
        var count = 0;
        while (count < endpoints.Count && isTaken(endpoints[count]))
        {
            count++;
        }

        if (count == endpoints.Count)
        {
            return endpoints;
        }

        var taken = new List<Endpoint>(endpoints.Span[..count].ToArray());
        foreach (var endpoint in endpoints.Span[count..])
        {
            if (isTaken(endpoint))
            {
                taken.Add(endpoint);
            }
        }

        return taken.ToEquatableArray();
    }

    private static bool Any(EquatableArray<Endpoint> endpoints, Func<Endpoint, bool> holds)
    {
        foreach (var endpoint in endpoints)
        {
            if (holds(endpoint))
            {
                return true;
            }
        }

        return false;
    }
}
