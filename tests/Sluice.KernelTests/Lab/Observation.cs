using System.Net;

namespace Sluice.KernelTests.Lab;

/// <summary>What the kernel did with one packet.</summary>
public sealed record Observation
{
    public required LabPacket Packet { get; init; }

    public required LabDisposition Disposition { get; init; }

    /// <summary>Source when it was last seen; after SNAT when it left.</summary>
    public required IPAddress Source { get; init; }

    public ushort SourcePort { get; init; }

    /// <summary>Destination when it was last seen.</summary>
    public required IPAddress Destination { get; init; }

    public ushort DestinationPort { get; init; }

    /// <summary>Mark when it was last seen: for a packet that was dropped or rejected, before the rules of that hook.</summary>
    public uint Mark { get; init; }

    /// <summary>What the packet said when it was last seen: TTL, DSCP and all.</summary>
    public PacketView? Last { get; init; }

    /// <summary>The kernel's own account of the rules it met, in order.</summary>
    public required IReadOnlyList<TraceStep> Path { get; init; }

    /// <summary>Every sighting of the packet itself, in order.</summary>
    public required IReadOnlyList<LabEvent> Events { get; init; }

    /// <summary>What was sent because of it, by the node or a <see cref="LabHost"/>: ICMP errors, RST, echo replies.</summary>
    public required IReadOnlyList<LabEvent> Answers { get; init; }

    /// <summary>What sendto said for a packet made on the node: 0, or an errno (EPERM when OUTPUT or POSTROUTING dropped it).</summary>
    public int SendErrno { get; init; }

    /// <summary>The answer a far host would give to this packet, over the link it left by; null when it did not leave.</summary>
    public LabPacket? Reply()
    {
        if (Disposition is not LabDisposition.Forwarded(var link) || Last is not { } last)
        {
            return null;
        }

        return new LabPacket
        {
            Protocol = last.Protocol,
            Source = last.Destination,
            Destination = last.Source,
            SourcePort = last.DestinationPort,
            DestinationPort = last.SourcePort,
            InInterface = link,
            TcpFlags = LabTcpFlags.Syn | LabTcpFlags.Ack,
            IcmpType = last.Protocol switch { LabProtocol.Icmp => 0, LabProtocol.Icmpv6 => 129, _ => null },
            IcmpId = last.IcmpId,
            Ttl = Packet.Ttl,
            Dscp = Packet.Dscp,
        };
    }

    /// <summary>The ICMP error a far host would answer with, quoting this packet as it left; null when it did not leave.</summary>
    public LabPacket? ReplyError(byte type, byte code) =>
        Disposition is not LabDisposition.Forwarded(var link) || Last is not { } last ? null : new LabPacket
        {
            Protocol = last.Family == LabFamily.IPv4 ? LabProtocol.Icmp : LabProtocol.Icmpv6,
            Source = last.Destination,
            Destination = last.Source,
            InInterface = link,
            IcmpType = type,
            IcmpCode = code,
            IcmpBody = last.Bytes,
        };

    /// <summary>All the evidence, for the message of a failed test.</summary>
    public override string ToString()
    {
        var lines = new List<string>
        {
            $"{Packet.Protocol} {Packet.Source}:{Packet.SourcePort} > {Packet.Destination}:{Packet.DestinationPort} "
                + $"in {Packet.InInterface ?? "(local)"}",
            $"=> {Disposition}, {Source}:{SourcePort} > {Destination}:{DestinationPort}, mark 0x{Mark:x}, errno {SendErrno}",
        };
        lines.AddRange(Events.Select(e => $"  saw {e}"));
        lines.AddRange(Answers.Select(e => $"  answer {e}"));
        lines.AddRange(Path.Select(s => $"  {s}"));
        return string.Join('\n', lines);
    }
}
