using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>The route back to the source goes the way the packet came (<c>-m rpfilter</c>).</summary>
public sealed record ReversePathMatch : Match
{
    /// <summary>Whether a route by any interface will do (<c>--loose</c>).</summary>
    public bool IsLoose { get; init; }

    /// <summary>Whether the packet's mark takes part in the lookup (<c>--validmark</c>).</summary>
    public bool UsesMark { get; init; }

    /// <summary>Whether packets from this node's own addresses pass (<c>--accept-local</c>).</summary>
    public bool AcceptsLocal { get; init; }

    /// <summary>True when it holds for packets that fail the test.</summary>
    public bool Inverted { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        // rpfilter_mt: what comes by loopback passes.
        if (packet.InInterface == "lo")
        {
            return MatchResult.Of(!Inverted);
        }

        var mark = UsesMark && packet.Mark != 0 ? $" with mark 0x{packet.Mark:x}" : "";
        var local = AcceptsLocal ? ", or is this node's own address" : "";
        return MatchResult.Depends(
            IsLoose ? $"source {packet.Source} has a route back{mark}{local}" : $"source {packet.Source} has its route back by the interface it came from{mark}{local}",
            Inverted);
    }
}

/// <summary>A socket of this node would take the packet (<c>-m socket</c>).</summary>
public sealed record SocketMatch : Match
{
    /// <summary>Whether only transparent sockets count (<c>--transparent</c>).</summary>
    public bool IsTransparent { get; init; }

    /// <summary>Whether sockets bound to any address count too (<c>--nowildcard</c>).</summary>
    public bool TakesWildcard { get; init; }

    /// <summary>Whether the packet gets the socket's mark (<c>--restore-skmark</c>).</summary>
    public bool RestoresMark { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Depends(
        $"this node has a{(IsTransparent ? " transparent" : "n open")} socket for {packet.Source.WithPort(packet.SourcePort)} to {packet.Destination.WithPort(packet.DestinationPort)}");
}

/// <summary>How the link layer addressed the packet (<c>-m pkttype</c>).</summary>
/// <param name="Type">Unicast, broadcast or multicast.</param>
public sealed record PacketTypeMatch(Negatable<AddressTypes> Type) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Of(Type.Holds(TypeOf(packet) == Type.Value));

    // What this node sends is PACKET_HOST, which rules call unicast, wherever it goes.
    internal static AddressTypes TypeOf(TracedPacket packet) =>
        packet.Original.Entry == PacketEntry.Local ? AddressTypes.Unicast
        : packet.Original.Destination.IsMulticast ? AddressTypes.Multicast
        : packet.Node.IsBroadcast(packet.Original.Destination) ? AddressTypes.Broadcast
        : AddressTypes.Unicast;
}

/// <summary>The packet belongs to a connection that IPVS balances (<c>-m ipvs</c>).</summary>
public sealed record IpvsMatch : Match
{
    /// <summary>Whether IPVS must handle it (<c>--ipvs</c>); null when not asked.</summary>
    public bool? IsHandled { get; init; }

    /// <summary>The protocol of the virtual server; null for any.</summary>
    public Negatable<L4Protocol>? Protocol { get; init; }

    /// <summary>The address of the virtual server; null for any.</summary>
    public Negatable<Prefix>? Address { get; init; }

    /// <summary>The port of the virtual server; null for any.</summary>
    public Negatable<ushort>? Port { get; init; }

    /// <summary>Whether it goes from the real server to the client; null for both.</summary>
    public bool? IsReply { get; init; }

    /// <summary>The forwarding method: GATE, IPIP or MASQ; null for any.</summary>
    public Negatable<string>? Method { get; init; }

    /// <summary>The port of the controlling connection, for example of FTP; null for any.</summary>
    public Negatable<ushort>? ControlPort { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        if (packet.Node.Ipvs is { Servers.Count: > 0 })
        {
            return MatchResult.Of(Holds(packet));
        }

        var criteria = default(Criteria);
        if (IsHandled is { } handled)
        {
            criteria.Depend("IPVS handles its connection", !handled);
        }

        Add(ref criteria, Protocol, "IPVS handles its connection to a virtual server of protocol ");
        Add(ref criteria, Address, "IPVS handles its connection to the virtual server ");
        Add(ref criteria, Port, "IPVS handles its connection to a virtual server on port ");
        if (IsReply is { } reply)
        {
            criteria.Depend($"IPVS handles its connection and it goes {(reply ? "from" : "to")} the real server");
        }

        Add(ref criteria, Method, "IPVS forwards it by ");
        Add(ref criteria, ControlPort, "IPVS knows its connection by the controlling port ");
        return criteria.Result;
    }

    // ipvs_mt: all but --ipvs alone asks for the connection, which is found on the way to the real server only.
    private bool Holds(TracedPacket packet)
    {
        if (!packet.IsBalanced || packet.Balancing is not { } connection)
        {
            return IsHandled == false && !AsksForConnection;
        }

        return !AsksForConnection ? IsHandled != false : connection.IsSent(packet) &&
            Protocol?.Holds(packet.Protocol == Protocol.Value.Value) != false &&
            Address?.Holds(Address.Value.Value.Contains(connection.Virtual)) != false &&
            Port?.Holds(connection.VirtualPort == Port.Value.Value) != false &&
            (IsReply is not { } reply || (packet.HasConnection && reply == packet.IsReply)) &&
            Method?.Holds(connection.MethodName == Method.Value.Value) != false &&
            ControlPort?.Holds(connection.ControlPort == ControlPort.Value.Value) != false;
    }

    private bool AsksForConnection =>
        Protocol is not null || Address is not null || Port is not null || IsReply is not null || Method is not null || ControlPort is not null;

    private static void Add<T>(ref Criteria criteria, Negatable<T>? wanted, string clause)
    {
        if (wanted is { } value)
        {
            criteria.Depend($"{clause}{value.Value}", value.Inverted);
        }
    }
}
