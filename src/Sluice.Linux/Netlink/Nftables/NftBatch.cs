using Sluice.Linux.Interop;
using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Messages that the kernel carries out together or not at all (NFNL_MSG_BATCH_BEGIN to END).</summary>
internal sealed class NftBatch : IDisposable
{
    private byte _family;

    internal NetlinkWriter Writer { get; } = new();

    /// <summary>Begins anew.</summary>
    /// <param name="family">The family of the tables that the messages are about.</param>
    /// <param name="generation">The generation that must still be the current one; null for any.</param>
    internal void Begin(TableFamily family, uint? generation)
    {
        _family = Nft.NumberOf(family);
        Writer.Clear();

        // struct nfgenmsg: family, version, and the subsystem in network order.
        Writer.BeginMessage(Nft.NFNL_MSG_BATCH_BEGIN, 0, [0, 0, 0, Nft.NFNL_SUBSYS_NFTABLES]);
        if (generation is { } id)
        {
            Writer.UInt32(Nft.NFNL_BATCH_GENID, id);
        }

        Writer.EndMessage();
    }

    /// <summary>Begins a message about the family's tables.</summary>
    internal void BeginMessage(ushort type, ushort flags) => Writer.BeginMessage(type, flags, [_family, 0, 0, 0]);

    /// <summary>Ends the batch, sends it, and waits until the kernel has carried it out.</summary>
    /// <param name="socket">Where to.</param>
    /// <param name="message">The index of the message at fault; -1 when it is the whole batch, or nobody knows.</param>
    /// <param name="isTrial">Whether the end is left out: the kernel then checks all of it and undoes it, as for <c>nft --check</c>.</param>
    /// <returns>What went wrong first; null when everything is done.</returns>
    internal NetlinkFault? Commit(NetlinkSocket socket, out int message, bool isTrial = false)
    {
        // The last message's acknowledgement says that all was committed. Kernels before 6.10 do not acknowledge the end itself.
        Writer.AddFlags(NetlinkMessages.NLM_F_ACK);
        var last = Writer.Messages - 1;
        if (!isTrial)
        {
            Writer.BeginMessage(Nft.NFNL_MSG_BATCH_END, 0, [0, 0, 0, Nft.NFNL_SUBSYS_NFTABLES]);
            Writer.EndMessage();
        }

        var first = socket.TakeSequence(Writer.Messages);
        Writer.Number(first);
        message = -1;
        var errno = socket.Send(Writer.Written);
        return errno == 0 ? Answer(socket, first, last, ref message) : new NetlinkFault(errno);
    }

    /// <inheritdoc/>
    public void Dispose() => Writer.Dispose();

    private static NetlinkFault? Answer(NetlinkSocket socket, uint first, int last, ref int message)
    {
        NetlinkFault? fault = null;
        var isLost = false;
        while (true)
        {
            var errno = socket.Receive(out var answers, waits: !isLost);
            if (errno == Libc.ENOBUFS)
            {
                // Of thousands of errors some had no room; those that had are all there, since the kernel answers before the send returns.
                isLost = true;
                continue;
            }

            if (errno != 0)
            {
                return fault ?? new NetlinkFault(isLost ? Libc.ENOBUFS : errno);
            }

            while (answers.Next())
            {
                // Answers to a batch that was given up on may still be queued.
                var index = (int)(answers.Sequence - first);
                if (answers.Type != NetlinkMessages.NLMSG_ERROR || index < 0 || index > last)
                {
                    continue;
                }

                if (NetlinkFault.Of(answers) is { } found && fault is null)
                {
                    fault = found;
                    message = index == 0 ? -1 : index;
                }

                // Nothing follows an error of the whole batch; a failed commit is followed by an answer that nobody waits for.
                if (index == last || (index == 0 && fault is not null))
                {
                    return fault;
                }
            }
        }
    }
}
