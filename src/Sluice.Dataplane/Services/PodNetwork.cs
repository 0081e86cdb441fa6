using Sluice.Net;
using Sluice.Netfilter;

namespace Sluice.Dataplane.Services;

/// <summary>A guess at where a node's pods live, for questions that only say "from a pod".</summary>
/// <param name="Prefix">The addresses of pods, of the cluster or, where only that is known, of this node.</param>
/// <param name="Reason">What the guess rests on, in words.</param>
public sealed record PodNetwork(Prefix Prefix, string Reason)
{
    // Enough to find a free one; more would only mean that the network is full.
    private const int MaxTries = 4096;

    /// <summary>The part of it that this node's own pods have; null when the snapshot does not tell.</summary>
    public Prefix? OnNode { get; init; }

    /// <summary>The interface or bridge that this node's pods are behind; null when the snapshot does not tell.</summary>
    public string? Interface { get; init; }

    /// <summary>Guesses from masquerade rules, network plugins' rules, routes, and at last endpoints; null when nothing tells.</summary>
    public static PodNetwork? Guess(NodeSnapshot node, IPFamily family)
    {
        var guess = PodNetworkRules.Find(node.Ruleset, family) ?? PodNetworkRoutes.Find(node, family);
        return guess is null ? null : PodNetworkRoutes.Locate(node, guess);
    }

    /// <summary>The same, with the Services' endpoints to fall back on.</summary>
    public static PodNetwork? Guess(NodeSnapshot node, IPFamily family, IEnumerable<ServiceInfo> services) =>
        Guess(node, family) ?? FromEndpoints(family, services);

    /// <summary>An address of this node's pods that is none of the node's own and no endpoint of the Services, as far as there is one.</summary>
    public NetAddress PickAddress(NodeSnapshot node, IEnumerable<ServiceInfo> services)
    {
        var network = OnNode ?? Prefix;
        var taken = services.SelectMany(s => s.Endpoints).Select(e => e.Address).OfType<NetAddress>().Where(network.Contains).ToHashSet();
        var first = network.Address;

        // From .9 on: the first few are routers and the addresses that examples are full of.
        for (uint i = 9; i < MaxTries; i++)
        {
            var address = first with { Bits = first.Bits + i };
            if (!network.Contains(address))
            {
                break;
            }

            if (!taken.Contains(address) && !node.IsLocal(address) && !node.IsBroadcast(address))
            {
                return address;
            }
        }

        return first with { Bits = first.Bits + (network.IsHost ? 0u : 1u) };
    }

    private static PodNetwork? FromEndpoints(IPFamily family, IEnumerable<ServiceInfo> services)
    {
        foreach (var service in services)
        {
            foreach (var endpoint in service.Endpoints)
            {
                if (endpoint.Address is { } address && address.Family == family)
                {
                    return new PodNetwork(Prefix.Of(address, family == IPFamily.IPv4 ? 24 : 64), $"{address} is an endpoint of {service.Name}");
                }
            }
        }

        return null;
    }
}
