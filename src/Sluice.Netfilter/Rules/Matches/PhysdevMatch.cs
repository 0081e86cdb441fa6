using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>The bridge ports that a bridged packet comes in and leaves by (<c>-m physdev</c>).</summary>
public sealed record PhysdevMatch : Match
{
    /// <summary>The port it comes in by, perhaps ending in <c>+</c>; null for any.</summary>
    public Negatable<string>? In { get; init; }

    /// <summary>The port it leaves by, perhaps ending in <c>+</c>; null for any.</summary>
    public Negatable<string>? Out { get; init; }

    /// <summary>Whether it comes in by a bridge port; null when not asked.</summary>
    public bool? IsIn { get; init; }

    /// <summary>Whether it leaves by a bridge port; null when not asked.</summary>
    public bool? IsOut { get; init; }

    /// <summary>Whether it is bridged and not routed; null when not asked.</summary>
    public bool? IsBridged { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        // xt_physdev: a packet that the bridge never saw matches when every criterion is inverted.
        if (IsNeverBridged(packet))
        {
            return MatchResult.Of(In is not { Inverted: false } && Out is not { Inverted: false } && IsIn != true && IsOut != true && IsBridged != true);
        }

        var criteria = default(Criteria);
        Add(ref criteria, IsIn, "it comes in by a bridge port");
        Add(ref criteria, In, "it comes in by bridge port ");
        Add(ref criteria, IsOut, "it leaves by a bridge port");
        Add(ref criteria, Out, "it leaves by bridge port ");
        Add(ref criteria, IsBridged, "it is bridged");
        return criteria.Result;
    }

    private static void Add(ref Criteria criteria, bool? wanted, string clause)
    {
        if (wanted is { } value)
        {
            criteria.Depend(clause, !value);
        }
    }

    private static void Add(ref Criteria criteria, Negatable<string>? port, string clause)
    {
        if (port is { } wanted)
        {
            criteria.Depend(clause + wanted.Value, wanted.Inverted);
        }
    }

    // Locally made, or come in on an interface that is known to have no ports.
    private static bool IsNeverBridged(TracedPacket packet) =>
        packet.Original.Entry == PacketEntry.Local ||
        (packet.InInterface is { Length: > 0 } name && packet.Node.Interfaces is { } interfaces &&
            interfaces.Find(name) is { Master: null } && interfaces.Interfaces.All(i => i.Master != name));
}
