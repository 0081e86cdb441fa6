using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Dataplane.Services;

/// <summary>What a rule asks for, as far as Services are told apart by it.</summary>
internal readonly struct RuleFacts
{
    private RuleFacts(Rule rule)
    {
        Rule = rule;
        foreach (var part in rule.Parts.Span)
        {
            switch (part)
            {
                case CommentMatch comment:
                    Comment ??= comment.Text;
                    break;
                case ProtocolMatch { Inverted: false } protocol:
                    Protocol = protocol.Protocol;
                    break;
                case AddressMatch { End: PacketEnd.Destination, Inverted: false } destination:
                    Destination = destination.Prefix;
                    break;
                case RandomMatch random:
                    Random = random;
                    break;
                case TcpMatch { SourcePorts: null, Flags: null, Option: null, DestinationPorts: var ports }:
                    (Port, HasCondition) = Single(ports, Port, HasCondition);
                    break;
                case UdpMatch { SourcePorts: null, DestinationPorts: var ports }:
                    (Port, HasCondition) = Single(ports, Port, HasCondition);
                    break;
                case SctpMatch { SourcePorts: null, Chunks: null, DestinationPorts: var ports }:
                    (Port, HasCondition) = Single(ports, Port, HasCondition);
                    break;
                case RecentMatch { Action: RecentAction.Set, Inverted: false }:
                    // It holds for every packet, and notes the client.
                    break;
                case AddressTypeMatch { Source: null, Destination: { Value: AddressTypes.Local, Inverted: false } }:
                    AsksForLocalDestination = true;
                    break;
                case Verdict verdict:
                    Verdict = verdict;
                    break;
                case Match:
                    HasCondition = true;
                    break;
            }
        }
    }

    public Rule Rule { get; }

    public string? Comment { get; }

    public L4Protocol Protocol { get; }

    /// <summary>The destinations it is for; null for any.</summary>
    public Prefix? Destination { get; }

    /// <summary>The one destination port it is for; null for any, or for several.</summary>
    public int? Port { get; }

    public RandomMatch? Random { get; }

    /// <summary>Whether the destination must be an address of the node.</summary>
    public bool AsksForLocalDestination { get; }

    /// <summary>Whether it asks for anything else, for example for the source.</summary>
    public bool HasCondition { get; }

    public Verdict? Verdict { get; }

    /// <summary>The chain that it sends packets to; null when it does not.</summary>
    public string? Target => Verdict switch
    {
        Verdict.Jump jump => jump.Chain,
        Verdict.Goto jump => jump.Chain,
        _ => null,
    };

    public static RuleFacts Of(Rule rule) => new(rule);

    private static (int? Port, bool HasCondition) Single(Negatable<PortRange>? ports, int? port, bool hasCondition) => ports switch
    {
        null => (port, hasCondition),
        { Inverted: false, Value: var range } when range.First == range.Last => (range.First, hasCondition),
        _ => (port, true),
    };
}
