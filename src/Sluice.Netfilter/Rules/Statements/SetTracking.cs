using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Exempts the packet from connection tracking (<c>NOTRACK</c>, and <c>CT --notrack</c> with nothing else).</summary>
/// <param name="IsCt">Whether the rule spells it <c>-j CT --notrack</c>.</param>
public sealed record NoTrack(bool IsCt) : Statement
{
    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet) => Exempt(packet);

    internal static void Exempt(TracedPacket packet)
    {
        // xt_CT leaves a packet alone that has a connection, a template or an exemption already.
        if (packet.State == ConnectionState.Invalid)
        {
            packet.NoTrack = true;
            packet.State = ConnectionState.Untracked;
        }
    }
}

/// <summary>Says how the packet's connection is tracked: zone, helper, timeouts, events (<c>CT</c>, a conntrack template).</summary>
public sealed record SetTracking : Statement
{
    /// <summary>Whether the packet is exempt from tracking in spite of the other options.</summary>
    public bool IsExempt { get; init; }

    /// <summary>The helper module, e.g. <c>ftp</c>; null for none.</summary>
    public string? Helper { get; init; }

    /// <summary>The timeout policy; null for none.</summary>
    public string? Timeout { get; init; }

    /// <summary>Connection events that are reported, comma-separated; null for all.</summary>
    public string? Events { get; init; }

    /// <summary>Expectation events that are reported, comma-separated; null for all.</summary>
    public string? ExpectationEvents { get; init; }

    /// <summary>The zone; null for the default zone.</summary>
    public TrackingZone? Zone { get; init; }

    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet)
    {
        if (IsExempt)
        {
            NoTrack.Exempt(packet);
        }
        else if (packet.State == ConnectionState.Invalid)
        {
            // Until conntrack replaces the template, state matches see it as a new connection, and NOTRACK has no effect.
            packet.State = ConnectionState.New;
        }
    }
}

/// <summary>Which direction of a connection a tracking zone counts for.</summary>
public enum ZoneDirection
{
    /// <summary>Both.</summary>
    Both,

    /// <summary>The original direction.</summary>
    Original,

    /// <summary>The reply direction.</summary>
    Reply,
}

/// <summary>A zone of connection tracking: equal tuples in different zones are different connections.</summary>
/// <param name="Id">The zone, from 1; null when the packet mark names it.</param>
/// <param name="Direction">The direction it counts for.</param>
public sealed record TrackingZone(ushort? Id, ZoneDirection Direction);
