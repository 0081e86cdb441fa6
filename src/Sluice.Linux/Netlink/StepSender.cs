using Sluice.Linux.Ipvs;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Linux.Netlink;

/// <summary>Makes messages of the steps that are of one part of the kernel, and sends them together.</summary>
/// <param name="socket">Where to, with room for an error about each message of a batch.</param>
internal abstract class StepSender(NetlinkSocket socket) : IDisposable
{
    /// <summary>Room for an error about each message of a batch, at what the kernel counts for a small answer.</summary>
    internal const int AnswerBytes = MaxMessages << 10;

    /// <summary>How many messages are sent at a time.</summary>
    protected const int MaxMessages = 4096;

    private const int MaxBytes = 1 << 20;

    /// <summary>Whether what was added is to be sent before more is.</summary>
    internal virtual bool IsFull => Batch.Writer.Messages >= MaxMessages || Batch.Writer.Length >= MaxBytes;

    /// <summary>What was sent since <see cref="Begin"/>.</summary>
    internal IpvsTraffic Sent { get; private set; }

    /// <summary>What was refused since <see cref="Begin"/>; null for nothing.</summary>
    internal List<IpvsRefusal>? Refusals { get; private set; }

    /// <summary>The messages that are not sent yet.</summary>
    protected NetlinkBatch Batch { get; } = new();

    /// <summary>Begins to count anew.</summary>
    internal void Begin() => (Sent, Refusals) = (default, null);

    /// <summary>Adds a step.</summary>
    /// <param name="step">A step of this part of the kernel.</param>
    /// <param name="index">Its place among all steps.</param>
    internal abstract void Add(IpvsStep step, int index);

    /// <summary>Sends what was added.</summary>
    /// <returns>Why nobody knows what was carried out; null when that is known.</returns>
    internal abstract NetlinkFault? Send();

    /// <inheritdoc/>
    public virtual void Dispose() => Batch.Dispose();

    /// <summary>Notes that a step was refused.</summary>
    protected void Refuse(int index, string message) => (Refusals ??= []).Add(new IpvsRefusal(index, message));

    /// <summary>Sends the messages and counts them.</summary>
    /// <param name="handler">Takes what failed.</param>
    /// <param name="entries">How many entries of sets they have.</param>
    protected NetlinkFault? SendBatch(NetlinkFaultHandler handler, int entries = 0)
    {
        if (Batch.Writer.Messages is var messages and > 0)
        {
            Sent = new IpvsTraffic(Sent.Sends + 1, Sent.Messages + messages, Sent.Entries + entries);
        }

        return Batch.Send(socket, handler);
    }
}
