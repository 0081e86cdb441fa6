using Sluice.Netfilter.Tracing;

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
    public override bool IsObserver => !MapsMark;

    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet)
    {
        // The mark comes from the set's entry, which is not followed here.
        packet.UnknownMark |= MapsMark ? uint.MaxValue : 0;
    }
}

/// <summary>A set and what of the packet is looked up in it.</summary>
/// <param name="Name">The set.</param>
/// <param name="Directions">One of <c>src</c> and <c>dst</c> per dimension, comma-separated.</param>
public sealed record SetKey(string Name, string Directions);
