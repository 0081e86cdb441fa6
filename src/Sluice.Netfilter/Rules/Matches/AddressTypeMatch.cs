using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>Kinds of addresses as the routing tables see them (<c>-m addrtype</c>, linux/netfilter/xt_addrtype.h).</summary>
[Flags]
public enum AddressTypes
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The unspecified address.</summary>
    Unspec = 1,

    /// <summary>An ordinary address elsewhere.</summary>
    Unicast = 2,

    /// <summary>An address of this node.</summary>
    Local = 4,

    /// <summary>A broadcast address.</summary>
    Broadcast = 8,

    /// <summary>An anycast address.</summary>
    Anycast = 16,

    /// <summary>A multicast address.</summary>
    Multicast = 32,

    /// <summary>A destination with a blackhole route.</summary>
    Blackhole = 64,

    /// <summary>A destination with an unreachable route.</summary>
    Unreachable = 128,

    /// <summary>A destination with a prohibit route.</summary>
    Prohibit = 256,

    /// <summary>A destination with a throw route.</summary>
    Throw = 512,

    /// <summary>A translated destination.</summary>
    Nat = 1024,

    /// <summary>Resolved elsewhere.</summary>
    Xresolve = 2048,
}

/// <summary>The kind of the source or destination address (<c>-m addrtype</c>).</summary>
public sealed record AddressTypeMatch : Match
{
    /// <summary>What the source must be one of; null for any.</summary>
    public Negatable<AddressTypes>? Source { get; init; }

    /// <summary>What the destination must be one of; null for any.</summary>
    public Negatable<AddressTypes>? Destination { get; init; }

    /// <summary>Only addresses of the incoming interface count as local (<c>--limit-iface-in</c>).</summary>
    public bool LimitToInInterface { get; init; }

    /// <summary>Only addresses of the outgoing interface count as local (<c>--limit-iface-out</c>).</summary>
    public bool LimitToOutInterface { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        var limit = LimitToInInterface ? packet.InInterface : LimitToOutInterface ? packet.OutInterface : "";
        if (limit is null)
        {
            return MatchResult.Depends("the address is one of its interface");
        }

        return MatchResult.Of(
            (Source is not { } source || source.Holds(packet.IsOfType(packet.Source, source.Value, limit))) &&
            (Destination is not { } destination || destination.Holds(packet.IsOfType(packet.Destination, destination.Value, limit))));
    }
}
