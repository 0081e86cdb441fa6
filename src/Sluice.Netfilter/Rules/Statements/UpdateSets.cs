using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing;
using Sluice.Netfilter.Tracing.Ipsets;

namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Adds the packet's addresses to an ipset, removes them, or takes mark and priority from one (<c>SET</c>).</summary>
public sealed record UpdateSets : Statement
{
    /// <summary>The set that gains an entry; null for none.</summary>
    public SetKey? Add { get; init; }

    /// <summary>Whether the timeout of an entry that exists is renewed.</summary>
    public bool RenewsExisting { get; init; }

    /// <summary>How long the new entry lives, in seconds; null for the set's default.</summary>
    public uint? Timeout { get; init; }

    /// <summary>The set that loses an entry; null for none.</summary>
    public SetKey? Delete { get; init; }

    /// <summary>The set whose entry holds mark, priority and queue for the packet; null for none.</summary>
    public SetKey? Map { get; init; }

    /// <summary>Whether the entry's mark is taken.</summary>
    public bool MapsMark { get; init; }

    /// <summary>Whether the entry's priority is taken.</summary>
    public bool MapsPriority { get; init; }

    /// <summary>Whether the entry's queue is taken.</summary>
    public bool MapsQueue { get; init; }

    /// <inheritdoc/>
    public override bool IsObserver => !MapsMark && !MapsPriority;

    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet)
    {
        if (Map is not { } map || IsObserver)
        {
            return;
        }

        switch (IpSetLookup.Find(map.Name, map.Ends, packet, returnsExcluded: false))
        {
            case IpSetAnswer.Found { Entry: { IsExcluded: false } entry }:
                Take(entry, packet);
                break;
            case IpSetAnswer.None or IpSetAnswer.Found:
                break;
            default:
                packet.UnknownMark |= MapsMark ? uint.MaxValue : 0;
                break;
        }
    }

    // set_target_v3: an entry without mark changes none of it, one without priority has 0.
    private void Take(IpSetEntry entry, TracedPacket packet)
    {
        if (MapsMark && entry.PacketMark is { } mark)
        {
            packet.Mark = (packet.Mark & ~mark.Mask) ^ mark.Value;
            packet.UnknownMark &= ~mark.Mask;
        }

        if (MapsPriority)
        {
            packet.Priority = entry.PacketPriority ?? 0;
        }
    }
}

/// <summary>A set and what of the packet is looked up in it.</summary>
/// <param name="Name">The set.</param>
/// <param name="Directions">One of <c>src</c> and <c>dst</c> per dimension, comma-separated.</param>
public sealed record SetKey(string Name, string Directions)
{
    /// <summary>The ends of the packet, one per dimension.</summary>
    internal PacketEnd[] Ends => [.. Directions.Split(',').Select(d => d == "src" ? PacketEnd.Source : PacketEnd.Destination)];
}
