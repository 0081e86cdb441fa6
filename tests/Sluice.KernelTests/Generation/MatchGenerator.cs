using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.KernelTests.Generation;

/// <summary>The matches of one rule: in the Behaviour profile taken from a packet, so that the rule has a chance.</summary>
internal sealed class MatchGenerator(Random random, GeneratorOptions options, IReadOnlyList<Packet> packets, IpSetTable sets)
{
    private readonly AddressPool _pool = AddressPool.Of(options.Family);
    private readonly ModuleGenerator _modules = new(random, options);

    private bool IsSyntax => options.Profile == GenerationProfile.Syntax;

    /// <summary>The matches, header first.</summary>
    /// <param name="chain">Where the rule is.</param>
    /// <param name="required">The protocol that the target needs; null for any.</param>
    /// <param name="statement">What the rule does: calls of chains get few conditions, so that chains are walked.</param>
    public List<RulePart> Next(ChainPlan chain, L4Protocol? required, Statement? statement)
    {
        var packet = random.Pick(packets);
        var eagerness = !IsSyntax && statement is Verdict.Jump or Verdict.Goto ? 0.3 : 1;
        var protocol = required ?? (random.Chance(0.5 * eagerness) ? packet.Protocol : null);
        List<RulePart> parts = [.. Header(chain, packet, eagerness)];
        var isInverted = required is null && random.Chance(0.1);
        if (protocol is { } number)
        {
            parts.Add(new ProtocolMatch(number, isInverted));
        }

        List<RulePart> modules = [];
        if (statement is SetSegmentSize)
        {
            modules.Add(new TcpMatch { Flags = new(new(TcpFlags.Syn | TcpFlags.Rst, TcpFlags.Syn), Inverted: false) });
        }
        else if (protocol is { } known && !isInverted && random.Chance(0.6) && Transport(known, packet) is { } transport)
        {
            modules.Add(OneInverted(transport));
        }

        var count = random.Chance(eagerness) ? random.Next(IsSyntax ? 4 : 3) : 0;
        for (var i = 0; i < count; i++)
        {
            modules.AddRange(random.Chance(IsSyntax ? 0.6 : 0.3)
                ? _modules.Next(chain, isInverted ? null : protocol, packet)
                : [Common(packet)]);
        }

        if (sets.Sets.Count > 0 && random.Chance(0.35 * eagerness))
        {
            modules.Add(IpSetGenerator.Match(random, random.Pick(sets.Sets)));
        }

        // A tool prints modules in the order they were given; a listing of many would only repeat itself.
        parts.AddRange(modules.OfType<Match>().DistinctBy(m => m.GetType()));
        return parts;
    }

    private IEnumerable<RulePart> Header(ChainPlan chain, Packet packet, double eagerness)
    {
        if (random.Chance(0.3 * eagerness))
        {
            yield return Address(PacketEnd.Source, packet.Source);
        }

        if (random.Chance(0.4 * eagerness))
        {
            yield return Address(PacketEnd.Destination, random.Chance(0.7) ? packet.Destination : random.Pick(_pool.All));
        }

        if (random.Chance(0.15 * eagerness) && !chain.Hooks.Contains(Hook.Output) && !chain.Hooks.Contains(Hook.Postrouting))
        {
            yield return Interface(InterfaceDirection.In, packet.InInterface);
        }

        if (random.Chance(0.15 * eagerness) && !chain.Hooks.Contains(Hook.Prerouting) && !chain.Hooks.Contains(Hook.Input))
        {
            yield return Interface(InterfaceDirection.Out, null);
        }
    }

    private AddressMatch Address(PacketEnd end, NetAddress address)
    {
        var network = _pool.Networks.FirstOrDefault(n => n.Contains(address));
        var prefix = random.Chance(0.4) && network != default ? network
            : random.Chance(0.2) ? random.Pick(_pool.Networks)
            : IsSyntax && random.Chance(0.2) ? Prefix.Of(address, random.Between(1, address.Width))
            : Prefix.Host(address);
        return new AddressMatch(end, prefix, random.Chance(0.15));
    }

    private InterfaceMatch Interface(InterfaceDirection direction, string? name)
    {
        name = random.Chance(0.6) && name is not null ? name : random.Pick(AddressPool.Links);
        return new InterfaceMatch(direction, random.Chance(0.3) ? name[..^1] + "+" : name, random.Chance(0.2));
    }

    private Match? Transport(L4Protocol protocol, Packet packet)
    {
        if (protocol == L4Protocol.Tcp)
        {
            var isPlain = random.Chance(0.7);
            return new TcpMatch
            {
                SourcePorts = random.Chance(0.2) ? Ports(packet.SourcePort) : null,
                DestinationPorts = isPlain || random.Chance(0.3) ? Ports(packet.DestinationPort) : null,
                Flags = isPlain ? null : random.Pick<Negatable<TcpFlagTest>?>(
                [
                    new(TcpFlagTest.Syn, false), new(TcpFlagTest.Syn, true), new(new(TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Ack), false),
                    new(new(TcpFlags.Syn | TcpFlags.Rst, TcpFlags.Syn), false),
                ]),
            } is var tcp && tcp == new TcpMatch() ? null : tcp;
        }

        if (protocol == L4Protocol.Udp)
        {
            return random.Chance(0.2)
                ? new UdpMatch { SourcePorts = Ports(packet.SourcePort) }
                : new UdpMatch { DestinationPorts = Ports(packet.DestinationPort), SourcePorts = random.Chance(0.1) ? Ports(packet.SourcePort) : null };
        }

        return protocol == L4Protocol.Sctp ? new SctpMatch { DestinationPorts = Ports(packet.DestinationPort) }
            : protocol == L4Protocol.Icmp ? new IcmpMatch(new(new((byte)(packet.IcmpType ?? 8), random.Chance(0.3) ? (byte)0 : null), random.Chance(0.1)))
            : protocol == L4Protocol.IcmpV6 ? new IcmpV6Match(new(new((byte)(packet.IcmpType ?? 128), random.Chance(0.3) ? (byte)0 : null), random.Chance(0.1)))
            : null;
    }

    // iptables-nft 1.8.9 makes one comparison of two inverted ports (nft merges payload loads), which holds when either port differs.
    private static Match OneInverted(Match match) => match switch
    {
        TcpMatch { SourcePorts: { Inverted: true } source, DestinationPorts.Inverted: true } tcp => tcp with { SourcePorts = source with { Inverted = false } },
        UdpMatch { SourcePorts: { Inverted: true } source, DestinationPorts.Inverted: true } udp => udp with { SourcePorts = source with { Inverted = false } },
        _ => match,
    };

    private Negatable<PortRange> Ports(int? port)
    {
        var first = (ushort)(port is { } number && random.Chance(0.7) ? number : random.Pick(AddressPool.Ports));
        var last = random.Chance(0.3) ? (ushort)random.Between(first, Math.Min(first + 400, ushort.MaxValue)) : first;
        first = random.Chance(0.1) ? (ushort)(first / 2) : first;
        return new(new(first, last), random.Chance(0.1));
    }

    // Every profile and table may have these.
    private Match Common(Packet packet) => random.Next(7) switch
    {
        0 => new MarkMatch(Mark(), random.Chance(0.2)),
        1 => new ConnmarkMatch(Mark(), random.Chance(0.2)),
        2 => new ConntrackMatch { States = new(States(packet), random.Chance(0.15)) },
        3 => new AddressTypeMatch { Destination = new(random.Chance(0.8) ? AddressTypes.Local : AddressTypes.Unicast, random.Chance(0.2)) },
        4 => new AddressTypeMatch { Source = new(AddressTypes.Local, random.Chance(0.3)) },
        5 => new CommentMatch(HostileText.Next(random)),
        _ => new ConntrackMatch
        {
            OriginalDestination = new(Prefix.Host(random.Chance(0.6) ? packet.Destination : random.Pick(_pool.All)), random.Chance(0.1)),
        },
    };

    private MaskedValue Mark()
    {
        var bits = random.Pick(AddressPool.Marks);
        return random.Next(4) switch
        {
            0 => MaskedValue.Exactly(bits),
            1 => new(0, bits),
            _ => new(bits, bits),
        };
    }

    private ConnectionState States(Packet packet)
    {
        var states = random.Chance(0.6) ? packet.State : ConnectionState.Established | ConnectionState.Related;
        return states | random.Pick(
            [ConnectionState.None, ConnectionState.None, ConnectionState.Untracked, ConnectionState.New, ConnectionState.Invalid, ConnectionState.Dnat]);
    }
}
