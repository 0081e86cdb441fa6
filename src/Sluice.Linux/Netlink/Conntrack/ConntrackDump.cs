using Sluice.Linux.Interop;

namespace Sluice.Linux.Netlink.Conntrack;

/// <summary>Asks the kernel for flows. It holds no lock between two answers, and makes the next when the last was read.</summary>
/// <param name="socket">Where; for dumps alone, since answers to anything else would come between.</param>
internal sealed class ConntrackDump(NetlinkSocket socket) : IDisposable
{
    // A table that is made larger or smaller meanwhile shows only part of itself; nobody does that often.
    private const int Attempts = 5;

    private readonly NetlinkWriter _request = new();
    private bool _isFilterRefused;

    /// <summary>Takes one flow that was asked for.</summary>
    internal delegate void Receiver(in ConntrackEntry entry);

    /// <summary>Hands on every flow that a filter takes; what is handed on is all there was when the answer is null.</summary>
    /// <returns>What went wrong; EINTR when the table was remade each time.</returns>
    internal NetlinkFault? Read(ConntrackFilter filter, Receiver receiver)
    {
        NetlinkFault? fault = null;
        for (var i = 0; i < Attempts; i++)
        {
            fault = Ask(filter, receiver);

            // So say kernels that know part of the filter: then it is applied here alone.
            if (!_isFilterRefused && fault?.Errno is Libc.EINVAL or Libc.EOPNOTSUPP)
            {
                _isFilterRefused = true;
            }
            else if (fault?.Errno != Libc.EINTR)
            {
                break;
            }
        }

        return fault;
    }

    /// <inheritdoc/>
    public void Dispose() => _request.Dispose();

    private NetlinkFault? Ask(ConntrackFilter filter, Receiver receiver)
    {
        _request.Clear();
        _request.BeginMessage(Ctnetlink.IPCTNL_MSG_CT_GET, NetlinkMessages.NLM_F_DUMP, [NetlinkAddress.NumberOf(filter.Family), 0, 0, 0]);
        if (!_isFilterRefused)
        {
            WriteFilter(filter);
        }

        return socket.Ask(_request, (_, body) =>
        {
            if (body.Length > Ctnetlink.HeaderBytes && ConntrackEntry.TryRead(body[Ctnetlink.HeaderBytes..], out var entry) && filter.Takes(entry.Flow))
            {
                receiver(entry);
            }
        });
    }

    private void WriteFilter(ConntrackFilter filter)
    {
        if (filter.Status != 0)
        {
            _request.UInt32(Ctnetlink.CTA_STATUS, (uint)filter.Status);
            _request.UInt32(Ctnetlink.CTA_STATUS_MASK, (uint)filter.Status);
        }

        var tuple = _request.BeginNest(Ctnetlink.CTA_TUPLE_ORIG);
        var protocol = _request.BeginNest(Ctnetlink.CTA_TUPLE_PROTO);
        _request.Byte(Ctnetlink.CTA_PROTO_NUM, filter.Protocol.Number);
        _request.EndNest(protocol);
        _request.EndNest(tuple);

        // The flags are in host order, unlike all else of netfilter.
        var which = _request.BeginNest(Ctnetlink.CTA_FILTER);
        BitConverter.TryWriteBytes(_request.Attribute(Ctnetlink.CTA_FILTER_ORIG_FLAGS, sizeof(uint)), (uint)Ctnetlink.CTA_FILTER_F_CTA_PROTO_NUM);
        BitConverter.TryWriteBytes(_request.Attribute(Ctnetlink.CTA_FILTER_REPLY_FLAGS, sizeof(uint)), 0u);
        _request.EndNest(which);
    }
}
