using System.Diagnostics;
using System.Runtime.InteropServices;
using Sluice.Linux.Interop;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Linux.Netlink.Link;

/// <summary>Makes messages of rtnetlink of the steps about addresses: one of each.</summary>
/// <param name="socket">Where to.</param>
/// <param name="connection">Makes the interface.</param>
/// <param name="name">The interface.</param>
internal sealed class AddressStepSender(NetlinkSocket socket, LinkConnection connection, string name) : StepSender(socket)
{
    // By message.
    private readonly List<(IpvsStep Step, int Index)> _steps = [];

    // Messages whose interface is gone.
    private readonly List<int> _homeless = [];

    // Of the interface; it is asked for again when the kernel does not know it any more.
    private int? _link;

    /// <inheritdoc/>
    internal override bool IsFull => _steps.Count >= MaxMessages;

    /// <inheritdoc/>
    internal override void Add(IpvsStep step, int index) => _steps.Add((step, index));

    /// <inheritdoc/>
    internal override NetlinkFault? Send()
    {
        NetlinkFault? fault = null;
        if (_link is not null || TryFindLink())
        {
            _homeless.Clear();
            WriteAll();
            fault = SendBatch(Note);
            if (fault is null && _homeless.Count > 0 && TryFindLink())
            {
                KeepHomeless();
                WriteAll();
                fault = SendBatch((message, refusal, _) => Refuse(message, refusal));
            }
        }

        _steps.Clear();
        return fault;
    }

    // It is made for an address to come; where only some are to go and it is not there, they are gone.
    private bool TryFindLink()
    {
        var makes = _steps.Exists(s => s.Step is IpvsStep.AddAddress);
        var fault = makes ? connection.TryEnsureDummy(name, out var index) : connection.FindIndex(name, out index);
        _link = fault is null ? index : null;
        if (fault is not null && (makes || fault.Errno != Libc.ENODEV))
        {
            Refuse(_steps[0].Index, LinkConnection.Describe(fault, name)!);
        }

        return fault is null;
    }

    private void WriteAll()
    {
        foreach (var (step, _) in _steps)
        {
            Write(step);
        }
    }

    private void Write(IpvsStep step)
    {
        // The interface is down, and what is said of an address that nobody else has need not be asked around.
        var (type, flags, address) = step switch
        {
            IpvsStep.AddAddress s => (Rtnetlink.RTM_NEWADDR, (ushort)(NetlinkMessages.NLM_F_CREATE | NetlinkMessages.NLM_F_EXCL), s.Address),
            IpvsStep.RemoveAddress s => (Rtnetlink.RTM_DELADDR, (ushort)0, s.Address),
            _ => throw new UnreachableException(),
        };
        Span<byte> header = stackalloc byte[Rtnetlink.AddressHeaderBytes];
        header.Clear();
        header[0] = NetlinkAddress.NumberOf(address.Family);
        header[1] = (byte)address.Width;
        MemoryMarshal.Write(header[Rtnetlink.IndexOffset..], _link.GetValueOrDefault());
        var writer = Batch.Writer;
        writer.BeginMessage(type, flags, header);
        writer.Address(Rtnetlink.IFA_LOCAL, address);
        writer.Address(Rtnetlink.IFA_ADDRESS, address);
        if (address.Family == IPFamily.IPv6)
        {
            writer.HostUInt32(Rtnetlink.IFA_FLAGS, Rtnetlink.IFA_F_NODAD);
        }

        writer.EndMessage();
    }

    private void Note(int message, NetlinkFault fault, ReadOnlySpan<byte> answer)
    {
        if (fault.Errno == Libc.ENODEV)
        {
            _homeless.Add(message);
        }
        else
        {
            Refuse(message, fault);
        }
    }

    private void Refuse(int message, NetlinkFault fault)
    {
        var (step, index) = _steps[message];
        switch (step, fault.Errno)
        {
            // It is as it is to be.
            case (IpvsStep.AddAddress, Libc.EEXIST):
            case (IpvsStep.RemoveAddress, Libc.EADDRNOTAVAIL or Libc.ENODEV):
                break;
            case (IpvsStep.AddAddress s, _):
                Refuse(index, fault.Describe($"address {s.Address} of {name}"));
                break;
            case (IpvsStep.RemoveAddress s, _):
                Refuse(index, fault.Describe($"address {s.Address} of {name}"));
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void KeepHomeless()
    {
        var kept = _homeless.ConvertAll(m => _steps[m]);
        _steps.Clear();
        _steps.AddRange(kept);
    }
}
