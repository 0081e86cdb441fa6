using Sluice.Linux.Interop;
using Sluice.Net;

namespace Sluice.Linux.Netlink.Conntrack;

/// <summary>Deletes flows, many in one send.</summary>
/// <param name="socket">Where.</param>
internal sealed class ConntrackDeletion(NetlinkSocket socket) : IDisposable
{
    // Some 20 KB to send, and room for an error about each.
    private const int Round = 256;

    private readonly NetlinkBatch _batch = new();
    private NetlinkFaultHandler? _note;
    private int _failed;

    /// <summary>How many flows were deleted.</summary>
    internal long Deleted { get; private set; }

    /// <summary>The first thing that went wrong; null when nothing did. That a flow has ended by itself is not wrong.</summary>
    internal NetlinkFault? Fault { get; private set; }

    /// <summary>Begins to count anew.</summary>
    internal void Begin()
    {
        _batch.Writer.Clear();
        (Deleted, Fault) = (0, null);
    }

    /// <summary>Deletes a flow, soon.</summary>
    internal void Add(IPFamily family, in ConntrackEntry entry)
    {
        var writer = _batch.Writer;
        writer.BeginMessage(Ctnetlink.IPCTNL_MSG_CT_DELETE, 0, [NetlinkAddress.NumberOf(family), 0, 0, 0]);

        // Without a tuple it would mean every flow there is: an entry without one is never read.
        var tuple = writer.BeginNest(Ctnetlink.CTA_TUPLE_ORIG);
        writer.Copy(entry.OriginalTuple);
        writer.EndNest(tuple);
        writer.UInt32(Ctnetlink.CTA_ID, entry.Id);
        if (entry.Zone is { } zone)
        {
            writer.UInt16(Ctnetlink.CTA_ZONE, zone);
        }

        writer.EndMessage();
        if (writer.Messages == Round)
        {
            Flush();
        }
    }

    /// <summary>Deletes what was added and is not deleted yet.</summary>
    internal void Flush()
    {
        var count = _batch.Writer.Messages;
        _failed = 0;
        if (_batch.Send(socket, _note ??= Note) is { } fault)
        {
            Fault ??= fault;
        }
        else
        {
            Deleted += count - _failed;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    private void Note(int message, NetlinkFault fault, ReadOnlySpan<byte> answer)
    {
        _failed++;
        Fault ??= IsNoFault(fault) ? null : fault;
    }

    // It ended by itself; or, before Linux 6.3, a flow table has it, which drops it when it is idle.
    private static bool IsNoFault(NetlinkFault fault) => fault.Errno is Libc.ENOENT or Libc.EBUSY;
}
