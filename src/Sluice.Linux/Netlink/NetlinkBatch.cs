namespace Sluice.Linux.Netlink;

/// <summary>
/// Messages that are sent together and carried out one after the other, each for itself: what follows one that fails is tried all the
/// same. Only the last is acknowledged; of the others the kernel says only which failed, so that all takes one answer when all goes well.
/// </summary>
internal sealed class NetlinkBatch : IDisposable
{
    /// <summary>Where the messages are written.</summary>
    internal NetlinkWriter Writer { get; } = new();

    /// <summary>Sends what was written, waits until it is carried out, and begins anew.</summary>
    /// <param name="socket">Where to, with room for an error about each message.</param>
    /// <param name="handler">Takes what failed, in the order of the messages.</param>
    /// <returns>Why nobody knows what was carried out; null when that is known.</returns>
    internal NetlinkFault? Send(NetlinkSocket socket, NetlinkFaultHandler handler)
    {
        if (Writer.Messages == 0)
        {
            return null;
        }

        Writer.AddFlags(NetlinkMessages.NLM_F_ACK);
        var count = Writer.Messages;
        var first = socket.TakeSequence(count);
        Writer.Number(first);
        var errno = socket.Send(Writer.Written);
        Writer.Clear();
        return errno == 0 ? ReadAnswers(socket, first, count, handler) : new NetlinkFault(errno);
    }

    /// <inheritdoc/>
    public void Dispose() => Writer.Dispose();

    // The answer to the last message is the last answer: the kernel takes them one after the other.
    private static NetlinkFault? ReadAnswers(NetlinkSocket socket, uint first, int count, NetlinkFaultHandler handler)
    {
        while (true)
        {
            if (socket.Receive(out var messages) is not 0 and var errno)
            {
                return new NetlinkFault(errno);
            }

            while (messages.Next())
            {
                // What is older belongs to messages that were given up on.
                var place = messages.Sequence - first;
                if (messages.Type != NetlinkMessages.NLMSG_ERROR || place >= count)
                {
                    continue;
                }

                if (NetlinkFault.Of(messages) is { } fault)
                {
                    handler((int)place, fault, messages.Body);
                }

                if (place == count - 1)
                {
                    return null;
                }
            }
        }
    }
}

/// <summary>Takes what the kernel says of a message that failed.</summary>
/// <param name="message">Which: the first is 0.</param>
/// <param name="fault">Why.</param>
/// <param name="answer">The struct nlmsgerr; valid during the call.</param>
internal delegate void NetlinkFaultHandler(int message, NetlinkFault fault, ReadOnlySpan<byte> answer);
