using Sluice.Net;
using Sluice.Netfilter.Tracing;
using Sluice.Netfilter.Tracing.Ipsets;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>An ipset contains what the packet has at one or more places (<c>-m set</c>).</summary>
/// <param name="SetName">The name of the set.</param>
/// <param name="Ends">From which end each of the set's dimensions is taken (<c>src,dst</c>).</param>
/// <param name="Inverted">True when it holds for what the set does not contain.</param>
public sealed record SetMatch(string SetName, EquatableArray<PacketEnd> Ends, bool Inverted) : Match
{
    /// <summary>Whether an element marked nomatch counts as a match (<c>--return-nomatch</c>).</summary>
    public bool ReturnsNoMatch { get; init; }

    /// <summary>Whether a match leaves the element's counters alone (<c>! --update-counters</c>).</summary>
    public bool KeepsCounters { get; init; }

    /// <summary>Whether a match leaves the counters of the member sets of a list alone (<c>! --update-subcounters</c>).</summary>
    public bool KeepsSubcounters { get; init; }

    /// <summary>What the element's packet counter must be; null for anything.</summary>
    public SetCounterTest? Packets { get; init; }

    /// <summary>What the element's byte counter must be; null for anything.</summary>
    public SetCounterTest? Bytes { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        switch (IpSetLookup.Find(SetName, Ends.Span, packet, ReturnsNoMatch))
        {
            case IpSetAnswer.Missing missing:
                return MatchResult.Missing($"ipset {missing.Name} is not in the snapshot");
            case IpSetAnswer.None:
                return MatchResult.Of(Inverted);
            case IpSetAnswer.Found found when !IpSetLookup.IsMatch(found, ReturnsNoMatch):
                return MatchResult.Of(Inverted) with { Assumption = LifeTime(found) };
            case IpSetAnswer.Found found when Packets is null && Bytes is null:
                return MatchResult.Of(!Inverted) with { Assumption = LifeTime(found), EntryComment = found.Entry.Comment };
            case IpSetAnswer.NotHeld:
                return Condition(packet) with { Assumption = "no ipsets in the snapshot: what rules ask of one is a condition" };
            default:
                return Condition(packet);
        }
    }

    private static string? LifeTime(IpSetAnswer.Found found) =>
        found.Entry.Timeout is null ? null : $"entries of ipset {found.Set.Name} that have a timeout are taken to be still there";

    private MatchResult Condition(TracedPacket packet)
    {
        var counters = (Packets is { } packets ? $" with packets {packets}" : "") + (Bytes is { } bytes ? $" with bytes {bytes}" : "");
        var directions = string.Join(',', Ends.Select(e => e == PacketEnd.Source ? "src" : "dst"));
        return MatchResult.Depends($"the set {SetName} contains {Key(packet)} ({directions}){counters}", Inverted);
    }

    // Dimensions next to each other from the same end are its address and port.
    private string Key(TracedPacket packet)
    {
        var items = new List<string>();
        for (var i = 0; i < Ends.Count; i++)
        {
            var first = i;
            while (i + 1 < Ends.Count && Ends[i + 1] == Ends[first])
            {
                i++;
            }

            items.Add(Side(packet, Ends[first], i > first || Ends.Count == 2));
        }

        return string.Join(", ", items);
    }

    // A port that was rewritten on the way is named even for one dimension: the set may be one of ports.
    private static string Side(TracedPacket packet, PacketEnd end, bool withPort) => end == PacketEnd.Source
        ? packet.Source.WithPort(withPort || packet.SourcePort != packet.Original.SourcePort ? packet.SourcePort : null)
        : packet.Destination.WithPort(withPort || packet.DestinationPort != packet.Original.DestinationPort ? packet.DestinationPort : null);
}

/// <summary>A comparison with a counter of a set's element.</summary>
/// <param name="Comparison">How.</param>
/// <param name="Value">With what.</param>
public readonly record struct SetCounterTest(Comparison Comparison, ulong Value)
{
    /// <summary>In words: <c>== 3</c>.</summary>
    public override string ToString() => $"{Comparison.Sign()} {Value}";
}
