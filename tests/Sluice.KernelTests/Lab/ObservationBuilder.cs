using Sluice.KernelTests.Lab.Interop;

namespace Sluice.KernelTests.Lab;

/// <summary>Sorts what the kernel reported to the packets of a batch, and says what became of each.</summary>
internal sealed class ObservationBuilder(IReadOnlyList<LabPacket> packets, ushort firstTag, LoadedTables tables)
{
    private readonly Sighting[] _sightings = [.. packets.Select(_ => new Sighting())];
    private readonly Dictionary<uint, int> _traceIds = [];

    internal void Add(Signal signal)
    {
        switch (signal)
        {
            case Signal.Seen(var seen):
                var (index, direct) = Identify(seen.Packet);
                if (index >= 0 && direct)
                {
                    _sightings[index].Add(seen, packets[index]);
                }
                else if (index >= 0)
                {
                    _sightings[index].Answers.Add(seen);
                }

                break;
            case Signal.Traced traced:
                AddStep(traced);
                break;
            default:
                break;
        }
    }

    internal IEnumerable<Observation> Build(IReadOnlyList<int> errnos) => packets.Select((p, i) => Build(p, _sightings[i], errnos[i]));

    private void AddStep(Signal.Traced traced)
    {
        if (traced.Packet is { } packet)
        {
            var (found, direct) = Identify(packet);
            _traceIds[traced.Id] = direct ? found : -1;
        }

        if (_traceIds.GetValueOrDefault(traced.Id, -1) is var index and >= 0
            && traced.Step is { } step && tables.Contains(traced.Family, step))
        {
            _sightings[index].Add(step);
        }
    }

    private static Observation Build(LabPacket packet, Sighting seen, int errno)
    {
        if (packet.InInterface is not null && seen.Events.Count == 0)
        {
            throw new LabException($"the node never saw {packet}: IP itself refused it before PREROUTING");
        }

        var last = seen.Events.Count > 0 ? seen.Events[^1] : null;
        var view = last?.Packet;
        return new Observation
        {
            Packet = packet,
            Disposition = Decide(seen, errno),
            Source = view?.Source ?? packet.Source,
            SourcePort = view?.SourcePort ?? packet.SourcePort,
            Destination = view?.Destination ?? packet.Destination,
            DestinationPort = view?.DestinationPort ?? packet.DestinationPort,
            Mark = last?.Mark ?? packet.Mark,
            Last = view,
            Path = seen.Path,
            Events = seen.Events,
            Answers = seen.Answers,
            SendErrno = errno,
        };
    }

    private static LabDisposition Decide(Sighting seen, int errno)
    {
        if (seen.Events.Exists(e => e.Stage == LabStage.Accepted))
        {
            return new LabDisposition.Accepted();
        }

        if (seen.Events.FindLast(e => e.Stage == LabStage.Left && e.OutInterface != "lo") is { OutInterface: { } link })
        {
            return new LabDisposition.Forwarded(link);
        }

        // An answer to a packet that never came as far as the hooks with a filter table is one of routing's.
        var filtered = seen.Events.Exists(e => e.Stage is LabStage.Input or LabStage.Forward or LabStage.Output);
        if (seen.Answers.Find(e => e.Packet.IsIcmpError || (e.Packet.TcpFlags & LabTcpFlags.Rst) != LabTcpFlags.None) is { } answer)
        {
            var kind = RejectKind.Of(answer.Packet);
            return filtered ? new LabDisposition.Rejected(kind) : new LabDisposition.Unreachable(kind);
        }

        return errno is 0 or Libc.EPERM
            ? new LabDisposition.Dropped()
            : new LabDisposition.Unreachable($"errno {errno}");
    }

    /// <summary>Whose packet this is, and whether it is the packet itself or the node's answer to it; -1 for nobody's.</summary>
    private (int Index, bool Direct) Identify(PacketView packet)
    {
        var own = Index(packet.Identification);
        if (own >= 0 && IsItself(packets[own], packet))
        {
            return (own, true);
        }

        if (packet.Quoted is { } quoted)
        {
            var (index, direct) = Identify(quoted);
            return (direct ? index : -1, false);
        }

        switch (packet.Protocol)
        {
            case LabProtocol.Icmp or LabProtocol.Icmpv6:
                return (Index(packet.IcmpSequence), false);
            case LabProtocol.Tcp:
                foreach (var number in new[] { packet.Acknowledgement, packet.Sequence })
                {
                    if (Index(PacketTag.FromSequence(number)) is var index and >= 0 && packets[index].Protocol == LabProtocol.Tcp)
                    {
                        return (index, false);
                    }
                }

                // The RST to a packet with numbers of the caller's choice: it goes back to where that came from.
                return (packets.ToList().FindIndex(p => p.Protocol == LabProtocol.Tcp
                    && p.Source.Equals(packet.Destination) && p.SourcePort == packet.DestinationPort), false);
            default:
                return (-1, false);
        }
    }

    private bool IsItself(LabPacket sent, PacketView seen)
    {
        var tag = seen.Identification;
        return sent.Protocol == seen.Protocol && sent.Protocol switch
        {
            LabProtocol.Tcp => sent.Sequence is { } s ? s == seen.Sequence : PacketTag.FromSequence(seen.Sequence) == tag,
            LabProtocol.Icmp or LabProtocol.Icmpv6 =>
                sent.EffectiveIcmpType == seen.IcmpType && (!sent.IsEcho || seen.IcmpSequence == tag),
            _ => seen.PayloadTag == 0 || seen.PayloadTag == tag,
        };
    }

    private int Index(ushort tag)
    {
        var index = (ushort)(tag - firstTag);
        return index < packets.Count ? index : -1;
    }

    private sealed class Sighting
    {
        internal List<LabEvent> Events { get; } = [];

        internal List<LabEvent> Answers { get; } = [];

        internal List<TraceStep> Path { get; } = [];

        /// <summary>The link TEE's copy is on its way to; null while none is. It leaves before the packet itself goes on.</summary>
        private string? CopyTo { get; set; }

        internal void Add(LabEvent seen, LabPacket packet)
        {
            if (seen.Stage == LabStage.Output && (packet.InInterface is not null || Events.Count > 0))
            {
                CopyTo = seen.OutInterface;
                return;
            }

            var isCopy = seen.Stage == LabStage.Left && CopyTo == seen.OutInterface;
            CopyTo = null;
            if (!isCopy)
            {
                Events.Add(seen);
            }
        }

        internal void Add(TraceStep step)
        {
            if (CopyTo is null)
            {
                Path.Add(step);
            }
        }
    }
}
