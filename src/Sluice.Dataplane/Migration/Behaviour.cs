using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Migration;

/// <summary>What a side does with a packet, as far as its sender and the endpoints notice: not by which rules.</summary>
/// <param name="Ways">Where it goes when its client is not remembered, by destination.</param>
/// <param name="RemembersClients">Whether a client that is remembered may go elsewhere: session affinity.</param>
/// <param name="IsKnown">Whether the rules tell; false when a chain is missing or something in them is not known.</param>
public sealed record Behaviour(EquatableArray<BehaviourWay> Ways, bool RemembersClients, bool IsKnown)
{
    // Of its conditions only this is about the node, not about clients: both sides have the same node.
    private const string NodeCondition = "route_localnet";

    /// <summary>The behaviour that a trace shows.</summary>
    public static Behaviour Of(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var ways = trace.Outcomes.Where(o => !o.Conditions.Any(c => IsIf(c) && IsMemory(c)))
            .Select(o => BehaviourWay.Of(o, trace.Packet, hasShare: !o.Conditions.Any(c => IsIf(c) && !IsOfNode(c))))
            .OrderBy(w => w.Text, StringComparer.Ordinal).ToEquatableArray();

        // With one way to go it makes no difference who is remembered.
        return new Behaviour(
            ways, ways.Count > 1 && trace.Outcomes.Any(o => o.Conditions.Any(IsMemory)), trace.Verdict is not (TraceVerdict.Incomplete or TraceVerdict.Ambiguous));
    }

    /// <summary>Whether two are the same but for the shares of their ways.</summary>
    public bool IsLike(Behaviour other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return RemembersClients == other.RemembersClients && IsKnown == other.IsKnown && Ways.Count == other.Ways.Count &&
            Ways.Zip(other.Ways).All(w => w.First with { Share = null } == w.Second with { Share = null });
    }

    private static bool IsIf(string condition) => condition.StartsWith("if ", StringComparison.Ordinal);

    private static bool IsOfNode(string condition) => condition.Contains(NodeCondition, StringComparison.Ordinal);

    // The lists of -m recent, the map of nftables mode, the templates of IPVS.
    private static bool IsMemory(string condition) =>
        condition.Contains(" is in the recent list ", StringComparison.Ordinal) || condition.EndsWith(" is in @affinity", StringComparison.Ordinal) ||
        condition.Contains("IPVS remembers ", StringComparison.Ordinal);
}
