using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing.Ipvs;

namespace Sluice.Netfilter.Tracing;

/// <summary>A packet on its way through the node: what matches look at and statements change.</summary>
public sealed class TracedPacket
{
    // Never changed in place: copies of a packet share it.
    private KeyValuePair<string, bool>[] _facts = [];

    /// <summary>A packet that enters a node.</summary>
    internal TracedPacket(Packet packet, NodeSnapshot node)
    {
        Original = packet;
        Node = node;
        Source = packet.Source;
        Destination = packet.Destination;
        SourcePort = packet.SourcePort;
        DestinationPort = packet.DestinationPort;
        Mark = packet.Mark;
        ConnectionMark = 0;
        Ttl = packet.Ttl;
        Tos = packet.Tos;
        InInterface = packet.Entry == PacketEntry.Local ? "" : packet.InInterface;
        OutInterface = "";
    }

    private TracedPacket(TracedPacket other)
    {
        Original = other.Original;
        Node = other.Node;
        Source = other.Source;
        Destination = other.Destination;
        SourcePort = other.SourcePort;
        DestinationPort = other.DestinationPort;
        Mark = other.Mark;
        UnknownMark = other.UnknownMark;
        ConnectionMark = other.ConnectionMark;
        Priority = other.Priority;
        Ttl = other.Ttl;
        Tos = other.Tos;
        InInterface = other.InInterface;
        OutInterface = other.OutInterface;
        Hook = other.Hook;
        State = other.State;
        IsReply = other.IsReply;
        IsDnat = other.IsDnat;
        IsSnat = other.IsSnat;
        NoTrack = other.NoTrack;
        IsSourceUnknown = other.IsSourceUnknown;
        IsDestinationUnknown = other.IsDestinationUnknown;
        DestinationMap = other.DestinationMap;
        Table = other.Table;
        Tuple = other.Tuple;
        ReplySource = other.ReplySource;
        ReplySourcePort = other.ReplySourcePort;
        ReplyDestination = other.ReplyDestination;
        ReplyDestinationPort = other.ReplyDestinationPort;
        Balancing = other.Balancing;
        IsBalanced = other.IsBalanced;
        _facts = other._facts;
    }

    /// <summary>The packet as it entered.</summary>
    public Packet Original { get; }

    /// <summary>The node it passes.</summary>
    public NodeSnapshot Node { get; }

    /// <summary>The address family.</summary>
    public IPFamily Family => Original.Family;

    /// <summary>The protocol above IP.</summary>
    public L4Protocol Protocol => Original.Protocol;

    /// <summary>The source address at this place.</summary>
    public NetAddress Source { get; internal set; }

    /// <summary>The destination address at this place.</summary>
    public NetAddress Destination { get; internal set; }

    /// <summary>The source port at this place; null when there is none or the kernel picks it at random.</summary>
    public int? SourcePort { get; internal set; }

    /// <summary>The destination port at this place; null when there is none.</summary>
    public int? DestinationPort { get; internal set; }

    /// <summary>The packet mark (<c>nfmark</c>).</summary>
    public uint Mark { get; internal set; }

    /// <summary>The bits of the packet mark that came from a connection mark or set entry that is not known.</summary>
    internal uint UnknownMark { get; set; }

    /// <summary>The connection mark (<c>ctmark</c>); null when the connection existed before and its mark is not known.</summary>
    public uint? ConnectionMark { get; internal set; }

    /// <summary>The packet's priority (CLASSIFY), 0 when nothing set it.</summary>
    public uint Priority { get; internal set; }

    /// <summary>Time to live or hop limit at this place; null when not known.</summary>
    public int? Ttl { get; internal set; }

    /// <summary>TOS octet or traffic class at this place; null when not known.</summary>
    public int? Tos { get; internal set; }

    /// <summary>The incoming interface; the empty string when there is none here, null when not known.</summary>
    public string? InInterface { get; internal set; }

    /// <summary>The outgoing interface; the empty string when there is none here, null when not known.</summary>
    public string? OutInterface { get; internal set; }

    /// <summary>The hook that the packet is at.</summary>
    public Hook Hook { get; internal set; }

    /// <summary>
    /// What connection tracking has found so far: Invalid before it ran (xt_conntrack takes a packet without a connection so),
    /// Untracked after NOTRACK.
    /// </summary>
    public ConnectionState State { get; internal set; } = ConnectionState.Invalid;

    /// <summary>Whether the packet goes from the connection's responder to its originator.</summary>
    public bool IsReply { get; internal set; }

    /// <summary>Whether the connection's destination is translated.</summary>
    public bool IsDnat { get; internal set; }

    /// <summary>Whether the connection's source is translated.</summary>
    public bool IsSnat { get; internal set; }

    /// <summary>The connection's original tuple as its first packet had it.</summary>
    public ConnectionTuple Tuple { get; internal set; }

    /// <summary>Where the connection's replies come from (after DNAT).</summary>
    public NetAddress ReplySource { get; internal set; }

    /// <summary>The port the connection's replies come from.</summary>
    public int? ReplySourcePort { get; internal set; }

    /// <summary>Where the connection's replies go to (after SNAT).</summary>
    public NetAddress ReplyDestination { get; internal set; }

    /// <summary>The port the connection's replies go to.</summary>
    public int? ReplyDestinationPort { get; internal set; }

    /// <summary>Whether the source became an address of the node that the snapshot does not tell.</summary>
    public bool IsSourceUnknown { get; internal set; }

    /// <summary>Whether the destination became an address that the snapshot does not tell: one of this node, or what a map that rules fill holds.</summary>
    public bool IsDestinationUnknown { get; internal set; }

    /// <summary>What holds the destination when it is no address of this node's interfaces, in nft's words; null when nothing does.</summary>
    internal string? DestinationMap { get; set; }

    /// <summary>The table whose rules are being evaluated; null before the first.</summary>
    internal Table? Table { get; set; }

    /// <summary>Whether a rule exempted the packet from tracking.</summary>
    internal bool NoTrack { get; set; }

    /// <summary>The connection of IPVS that the packet belongs to; null when IPVS does not balance it, or not yet.</summary>
    internal IpvsConnection? Balancing { get; set; }

    /// <summary>Whether IPVS has handled the packet and leaves it alone from here on (<c>skb->ipvs_property</c>).</summary>
    internal bool IsBalanced { get; set; }

    /// <summary>Whether connection tracking holds an entry for the packet.</summary>
    public bool HasConnection => (State & (ConnectionState.New | ConnectionState.Established | ConnectionState.Related)) != 0;

    /// <summary>Conditions that hold (or, false, do not hold) on this branch, in the order they were met.</summary>
    internal IReadOnlyList<KeyValuePair<string, bool>> Facts => _facts;

    internal TracedPacket Clone() => new(this);

    /// <summary>What this branch already assumes of a condition; null when it was not asked yet.</summary>
    internal bool? KnownFact(string condition)
    {
        foreach (var (text, holds) in _facts)
        {
            if (text == condition)
            {
                return holds;
            }
        }

        return null;
    }

    internal void AddFact(string condition, bool holds)
    {
        if (KnownFact(condition) != holds)
        {
            _facts = [.. _facts, new(condition, holds)];
        }
    }

    /// <summary>Whether routing takes the address for one of these kinds (xt_addrtype). <paramref name="limit"/>: only addresses of that interface are local; empty for all.</summary>
    internal bool IsOfType(NetAddress address, AddressTypes types, string limit)
    {
        var isLocal = Node.IsLocal(address) && (limit.Length == 0 || OwnedBy(address, limit));
        if (Family == IPFamily.IPv6)
        {
            // match_type6: each kind asked for must hold, and UNICAST is about the address alone: a local one is unicast too.
            return (!types.HasFlag(AddressTypes.Multicast) || address.IsMulticast) &&
                (!types.HasFlag(AddressTypes.Unicast) || !(address.IsMulticast || address.IsUnspecified)) &&
                (!types.HasFlag(AddressTypes.Unspec) || address.IsUnspecified) &&
                ((types & (AddressTypes.Local | AddressTypes.Anycast | AddressTypes.Unreachable)) == 0 || (types.HasFlag(AddressTypes.Local) && isLocal));
        }

        var kind = isLocal ? AddressTypes.Local
            : address.IsUnspecified ? AddressTypes.Unspec
            : address.IsMulticast ? AddressTypes.Multicast
            : Node.IsBroadcast(address) ? AddressTypes.Broadcast
            : AddressTypes.Unicast;
        return (types & kind) != 0;
    }

    /// <summary>Compares the in or out interface with a pattern; forks when the interface is not known.</summary>
    internal MatchResult TestInterface(InterfaceDirection direction, string pattern, bool inverted)
    {
        var name = direction == InterfaceDirection.In ? InInterface : OutInterface;
        if (name is not null)
        {
            return MatchResult.Of(InterfaceMatch.Covers(pattern, name) != inverted);
        }

        // "+" covers every name, and an earlier answer on this branch may imply this one.
        if (pattern == "+")
        {
            return MatchResult.Of(!inverted);
        }

        var verb = direction == InterfaceDirection.In ? "arrives on " : "leaves by ";
        foreach (var (text, holds) in _facts)
        {
            if (!text.StartsWith(verb, StringComparison.Ordinal))
            {
                continue;
            }

            var known = text[verb.Length..];
            if (holds && (known == pattern || InterfaceMatch.Covers(pattern, known.TrimEnd('+'))))
            {
                return MatchResult.Of(!inverted);
            }

            if ((holds && Disjoint(known, pattern)) || (!holds && InterfaceMatch.Covers(known, pattern.TrimEnd('+'))))
            {
                return MatchResult.Of(inverted);
            }
        }

        return MatchResult.Depends(verb + pattern, inverted);
    }

    internal bool OwnedBy(NetAddress address, string name) =>
        Node.Interfaces?.Find(name)?.Addresses.Any(a => a.Address == address) ?? (address.IsLoopback && name == "lo");

    private static bool Disjoint(string a, string b) =>
        !InterfaceMatch.Covers(a, b.TrimEnd('+')) && !InterfaceMatch.Covers(b, a.TrimEnd('+'));
}
