using Sluice.Netfilter;
using Sluice.Netfilter.Net;

namespace Sluice.Dataplane.Services;

/// <summary>A guess at where a node's pods live, for questions that only say "from a pod".</summary>
/// <param name="Prefix">The addresses of pods.</param>
/// <param name="Reason">What the guess rests on, in words.</param>
public sealed record PodNetwork(Prefix Prefix, string Reason)
{
    /// <summary>The pods' interface or bridge on this node; null when the snapshot does not tell.</summary>
    public string? Interface { get; init; }

    /// <summary>Guesses from masquerade rules, network plugins' rules, and routes; null when nothing tells.</summary>
    public static PodNetwork? Guess(NodeSnapshot node, IPFamily family) => throw new NotSupportedException("not yet");

    /// <summary>An address of the network that is none of the node's own and no endpoint of the given Services.</summary>
    public NetAddress PickAddress(NodeSnapshot node, IEnumerable<ServiceInfo> services) => throw new NotSupportedException("not yet");
}
