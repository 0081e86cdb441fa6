using System.Diagnostics;
using Sluice.Linux.Interop;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Linux.Netlink.Ipvs;

/// <summary>Makes messages of IPVS of the steps about virtual and real servers: one of each.</summary>
/// <param name="socket">Where to.</param>
/// <param name="family">The number of IPVS in generic netlink.</param>
internal sealed class ServerStepSender(NetlinkSocket socket, ushort family) : StepSender(socket)
{
    // By message.
    private readonly List<(IpvsStep Step, int Index)> _steps = [];

    // Messages whose server is there already.
    private readonly List<int> _existing = [];

    /// <inheritdoc/>
    internal override void Add(IpvsStep step, int index)
    {
        _steps.Add((step, index));
        Write(step, isThere: false);
    }

    /// <inheritdoc/>
    internal override NetlinkFault? Send()
    {
        _existing.Clear();
        var fault = SendBatch(Note);
        if (fault is null && _existing.Count > 0)
        {
            fault = ChangeExisting();
        }

        _steps.Clear();
        return fault;
    }

    private void Note(int message, NetlinkFault fault, ReadOnlySpan<byte> answer)
    {
        var (step, index) = _steps[message];
        switch (step, fault.Errno)
        {
            case (IpvsStep.AddServer or IpvsStep.AddReal, Libc.EEXIST):
                _existing.Add(message);
                break;

            // What is to go is not there, or goes with its virtual server.
            case (IpvsStep.RemoveServer, Libc.ESRCH):
            case (IpvsStep.RemoveReal, Libc.ESRCH or Libc.ENOENT):
                break;
            default:
                Refuse(index, ServerFaults.Describe(step, fault));
                break;
        }
    }

    // What was to be added and is there is changed, unless a later step was about the same: that one has changed or removed it.
    private NetlinkFault? ChangeExisting()
    {
        var last = new Dictionary<object, int>();
        for (var i = 0; i < _steps.Count; i++)
        {
            last[TargetOf(_steps[i].Step)] = i;
        }

        var changes = _existing.Where(m => last[TargetOf(_steps[m].Step)] == m).Select(m => _steps[m]).ToList();
        foreach (var (step, _) in changes)
        {
            Write(step, isThere: true);
        }

        return SendBatch((message, fault, _) => Refuse(changes[message].Index, ServerFaults.Describe(changes[message].Step, fault)));
    }

    private static object TargetOf(IpvsStep step) => step switch
    {
        IpvsStep.AddServer s => s.Server.Key,
        IpvsStep.EditServer s => s.Server.Key,
        IpvsStep.RemoveServer s => s.Key,
        IpvsStep.AddReal s => (s.Key, s.Real.Address, s.Real.Port),
        IpvsStep.EditReal s => (s.Key, s.Real.Address, s.Real.Port),
        IpvsStep.RemoveReal s => (s.Key, s.Real.Address, s.Real.Port),
        _ => throw new UnreachableException(),
    };

    private void Write(IpvsStep step, bool isThere)
    {
        switch (step)
        {
            case IpvsStep.AddServer s:
                WriteServer(isThere ? IpvsNumbers.IPVS_CMD_SET_SERVICE : IpvsNumbers.IPVS_CMD_NEW_SERVICE, s.Server);
                break;
            case IpvsStep.EditServer s:
                WriteServer(IpvsNumbers.IPVS_CMD_SET_SERVICE, s.Server);
                break;
            case IpvsStep.RemoveServer s:
                Begin(IpvsNumbers.IPVS_CMD_DEL_SERVICE);
                ServerWriter.WriteKey(Batch.Writer, s.Key);
                break;
            case IpvsStep.AddReal s:
                WriteReal(isThere ? IpvsNumbers.IPVS_CMD_SET_DEST : IpvsNumbers.IPVS_CMD_NEW_DEST, s.Key, s.Real);
                break;
            case IpvsStep.EditReal s:
                WriteReal(IpvsNumbers.IPVS_CMD_SET_DEST, s.Key, s.Real);
                break;
            case IpvsStep.RemoveReal s:
                Begin(IpvsNumbers.IPVS_CMD_DEL_DEST);
                ServerWriter.WriteKey(Batch.Writer, s.Key);
                ServerWriter.WriteRealKey(Batch.Writer, s.Real);
                break;
            default:
                throw new UnreachableException();
        }

        Batch.Writer.EndMessage();
    }

    private void WriteServer(byte command, VirtualServer server)
    {
        Begin(command);
        ServerWriter.WriteServer(Batch.Writer, server);
    }

    private void WriteReal(byte command, VirtualServerKey key, RealServer real)
    {
        Begin(command);
        ServerWriter.WriteKey(Batch.Writer, key);
        ServerWriter.WriteReal(Batch.Writer, real);
    }

    private void Begin(byte command) => Batch.Writer.BeginMessage(family, 0, [command, IpvsNumbers.IPVS_GENL_VERSION, 0, 0]);
}
