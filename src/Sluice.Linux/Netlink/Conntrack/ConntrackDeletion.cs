using Sluice.Linux.Interop;
using Sluice.Net;

namespace Sluice.Linux.Netlink.Conntrack;

/// <summary>
/// Deletes flows, many in one send. Only the last of a round is acknowledged; of the others the kernel says only which failed, so that a
/// round takes one answer when all goes well.
/// </summary>
/// <param name="socket">Where.</param>
internal sealed class ConntrackDeletion(NetlinkSocket socket) : IDisposable
{
    // Some 20 KB to send, and room for an error about each.
    private const int Round = 256;

    private readonly NetlinkWriter _batch = new();

    /// <summary>How many flows were deleted.</summary>
    internal long Deleted { get; private set; }

    /// <summary>The first thing that went wrong; null when nothing did. That a flow has ended by itself is not wrong.</summary>
    internal NetlinkFault? Fault { get; private set; }

    /// <summary>Begins to count anew.</summary>
    internal void Begin()
    {
        _batch.Clear();
        (Deleted, Fault) = (0, null);
    }

    /// <summary>Deletes a flow, soon.</summary>
    internal void Add(IPFamily family, in ConntrackEntry entry)
    {
        _batch.BeginMessage(Ctnetlink.IPCTNL_MSG_CT_DELETE, 0, [Ctnetlink.NumberOf(family), 0, 0, 0]);

        // Without a tuple it would mean every flow there is: an entry without one is never read.
        var tuple = _batch.BeginNest(Ctnetlink.CTA_TUPLE_ORIG);
        _batch.Copy(entry.OriginalTuple);
        _batch.EndNest(tuple);
        _batch.UInt32(Ctnetlink.CTA_ID, entry.Id);
        if (entry.Zone is { } zone)
        {
            _batch.UInt16(Ctnetlink.CTA_ZONE, zone);
        }

        if (_batch.Messages == Round)
        {
            Flush();
        }
        else
        {
            _batch.EndMessage();
        }
    }

    /// <summary>Deletes what was added and is not deleted yet.</summary>
    internal void Flush()
    {
        if (_batch.Messages == 0)
        {
            return;
        }

        _batch.AddFlags(NetlinkMessages.NLM_F_ACK);
        _batch.EndMessage();
        var first = socket.TakeSequence(_batch.Messages);
        _batch.Number(first);
        var errno = socket.Send(_batch.Written);
        if ((errno != 0 ? new NetlinkFault(errno) : ReadAnswers(first, _batch.Messages)) is { } fault)
        {
            Fault ??= fault;
        }

        _batch.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    // The answer to the last message is the last answer: the kernel takes them one after the other.
    private NetlinkFault? ReadAnswers(uint first, int count)
    {
        NetlinkFault? found = null;
        var failed = 0;
        while (true)
        {
            if (socket.Receive(out var messages) is not 0 and var errno)
            {
                return new NetlinkFault(errno);
            }

            while (messages.Next())
            {
                // What is older belongs to a round that was given up on.
                var place = messages.Sequence - first;
                if (messages.Type != NetlinkMessages.NLMSG_ERROR || place >= count)
                {
                    continue;
                }

                if (NetlinkFault.Of(messages) is { } fault)
                {
                    failed++;
                    found ??= IsNoFault(fault) ? null : fault;
                }

                if (place == count - 1)
                {
                    Deleted += count - failed;
                    return found;
                }
            }
        }
    }

    // It ended by itself; or, before Linux 6.3, a flow table has it, which drops it when it is idle.
    private static bool IsNoFault(NetlinkFault fault) => fault.Errno is Libc.ENOENT or Libc.EBUSY;
}
