using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Migration;

/// <summary>One way that a packet may go.</summary>
/// <param name="Disposition">How it ends.</param>
/// <param name="Destination">Where it goes, translated; null when it goes nowhere.</param>
/// <param name="Masquerade">Whether it goes with an address of the node.</param>
/// <param name="RejectWith">What the sender is told; null when it is told nothing.</param>
/// <param name="Share">How likely; null when it depends on something that rules do not tell.</param>
public sealed record BehaviourWay(Disposition Disposition, string? Destination, bool Masquerade, string? RejectWith, Probability? Share)
{
    /// <summary>The way in a few words, its share aside.</summary>
    public string Text => Disposition switch
    {
        Disposition.Forwarded or Disposition.Accepted => $"to {Destination}{(Masquerade ? " masqueraded" : "")}",
        Disposition.Rejected => $"refused ({RejectWith})",
        Disposition.Dropped => "dropped",
        Disposition.Incomplete => "not known: a chain is missing",
        _ => "no route",
    };

    /// <summary>The way that an outcome shows.</summary>
    internal static BehaviourWay Of(Outcome outcome, Packet packet, bool hasShare)
    {
        var isOpen = outcome.IsDelivered;
        return new BehaviourWay(
            isOpen ? Disposition.Forwarded : outcome.Disposition,
            isOpen ? outcome.Destination?.WithPort(outcome.DestinationPort) ?? outcome.DestinationMap ?? "?" : null,
            isOpen && (outcome.Masquerade || (outcome.Source is { } source && source != packet.Source)),
            outcome.RejectWith,
            hasShare ? outcome.Probability : null);
    }
}
