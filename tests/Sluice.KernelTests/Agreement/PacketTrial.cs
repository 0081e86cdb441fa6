using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Tracing;

namespace Sluice.KernelTests.Agreement;

/// <summary>
/// Sends packets under the rules that a lab has, then the replies and the third packets of their connections, and compares each with
/// the tracer's answer.
/// </summary>
/// <param name="lab">The lab.</param>
/// <param name="snapshot">The node as the tracer sees it.</param>
/// <param name="hasUntracked">Whether rules exempt packets from connection tracking.</param>
/// <param name="complain">Takes what was sent and what is wrong.</param>
internal sealed class PacketTrial(KernelLab lab, NodeSnapshot snapshot, bool hasUntracked, Action<string, string> complain)
{
    private readonly Tracer _tracer = new(snapshot) { KeepsEveryPath = true };

    public int Pairs { get; private set; }

    public int Replies { get; private set; }

    public int LaterPackets { get; private set; }

    public void Try(IReadOnlyList<Packet> packets)
    {
        var seen = lab.Send([.. packets.Select(LabPackets.Numbered)]);
        for (var i = 0; i < packets.Count; i++)
        {
            Pairs++;
            Judge($"packet {i}", _tracer.Trace(packets[i]), seen[i]);
        }

        TryReplies(packets, seen);
    }

    private void TryReplies(IReadOnlyList<Packet> packets, IReadOnlyList<Observation> seen)
    {
        // Connections translated to the very same addresses and ports have no reply that is theirs alone.
        var forwarded = Enumerable.Range(0, packets.Count)
            .Where(i => packets[i].State == ConnectionState.New && seen[i].Reply() is not null)
            // The lab answers SCTP's INIT with an INIT, which begins a connection of its own where the first was not tracked.
            .Where(i => packets[i].Protocol != L4Protocol.Sctp || !hasUntracked)
            .GroupBy(i => (seen[i].Packet.Protocol, seen[i].Source, seen[i].SourcePort, seen[i].Packet.IcmpId, seen[i].Destination, seen[i].DestinationPort))
            .Where(g => g.Count() == 1)
            .Select(g => g.Single())
            .ToList();
        var answers = lab.Send([.. forwarded.Select(i => seen[i].Reply()!)]);
        foreach (var (i, answer) in forwarded.Zip(answers))
        {
            Replies++;
            Judge($"reply to packet {i}", _tracer.TraceReply(packets[i]), answer);
        }

        if (!hasUntracked)
        {
            var answered = forwarded.Zip(answers).Where(p => p.Second.Disposition is LabDisposition.Forwarded or LabDisposition.Accepted).Select(p => p.First);
            TryLaterPackets(packets, [.. answered.Where(i => packets[i].Protocol != L4Protocol.Sctp && packets[i].TcpFlags is null or TcpFlags.Syn)]);
        }
    }

    // The third packet of a connection: the first one's way, but nat chains no longer see it.
    private void TryLaterPackets(IReadOnlyList<Packet> packets, IReadOnlyList<int> answered)
    {
        foreach (var (i, seen) in answered.Zip(lab.Send([.. answered.Select(i => LabPackets.Numbered(Later(packets[i]), i))])))
        {
            LaterPackets++;
            Judge($"later packet {i}", _tracer.Trace(Later(packets[i])), seen);
        }
    }

    private static Packet Later(Packet packet) => packet with
    {
        State = ConnectionState.Established,
        TcpFlags = packet.TcpFlags is null ? null : TcpFlags.Ack,
    };

    private void Judge(string what, Trace trace, Observation seen)
    {
        if (Comparison.Explain(snapshot, lab.Variant, trace, seen) is { } complaint)
        {
            complain(what, complaint);
        }
    }
}
