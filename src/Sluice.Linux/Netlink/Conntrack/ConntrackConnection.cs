using Sluice.Linux.Interop;

namespace Sluice.Linux.Netlink.Conntrack;

/// <summary>
/// Goes through the flows that the network namespace of the thread that opened it tracks, and deletes some. One thread at a time may use it.
/// Its memory does not depend on how many flows there are, and no flow allocates anything.
/// </summary>
public sealed class ConntrackConnection : IDisposable
{
    // The kernel makes each answer while it is asked for it.
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    // An error about each message of a round, at what the kernel counts for a small answer.
    private const int AnswerBytes = 1 << 20;

    private readonly NetlinkSocket _dumping;
    private readonly NetlinkSocket _deleting;
    private readonly ConntrackDump _dump;
    private readonly ConntrackDeletion _deletion;

    private ConntrackConnection(NetlinkSocket dumping, NetlinkSocket deleting)
    {
        (_dumping, _deleting) = (dumping, deleting);
        (_dump, _deletion) = (new ConntrackDump(dumping), new ConntrackDeletion(deleting));
    }

    /// <summary>Opens a connection; null when the kernel has no netfilter or no file descriptor is left.</summary>
    /// <param name="problem">Why there is none, in one sentence.</param>
    public static ConntrackConnection? TryOpen(out string? problem)
    {
        var dumping = NetlinkSocket.TryOpen(Libc.NETLINK_NETFILTER, s_timeout, out var errno);
        var deleting = dumping is null ? null : NetlinkSocket.TryOpen(Libc.NETLINK_NETFILTER, s_timeout, out errno);
        if (dumping is null || deleting is null)
        {
            dumping?.Dispose();
            problem = new NetlinkFault(errno).Describe("a socket for connection tracking");
            return null;
        }

        deleting.SizeReceiveRoom(AnswerBytes);
        problem = null;
        return new ConntrackConnection(dumping, deleting);
    }

    /// <summary>
    /// Asks about every flow that a filter takes, and deletes those that are to go, some hundred at a time while it reads on. A flow
    /// that begins meanwhile may be missed. Where something goes wrong, what was deleted until then stays deleted.
    /// </summary>
    public ConntrackSweep Sweep(ConntrackFilter filter, ConntrackJudge isToGo)
    {
        ArgumentNullException.ThrowIfNull(isToGo);
        var looked = 0L;
        _deletion.Begin();
        var fault = _dump.Read(filter, (in entry) =>
        {
            looked++;
            if (isToGo(entry.Flow))
            {
                _deletion.Add(filter.Family, entry);
            }
        });
        _deletion.Flush();
        var problem = fault?.Describe("the list of tracked flows") ?? _deletion.Fault?.Describe("a tracked flow that is to be deleted");
        return new ConntrackSweep(looked, _deletion.Deleted, problem);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _dump.Dispose();
        _deletion.Dispose();
        _dumping.Dispose();
        _deleting.Dispose();
    }
}
