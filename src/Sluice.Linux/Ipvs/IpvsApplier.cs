using System.Diagnostics;
using Sluice.Linux.Netlink;
using Sluice.Linux.Netlink.Ipset;
using Sluice.Linux.Netlink.Ipvs;
using Sluice.Linux.Netlink.Link;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Linux.Ipvs;

/// <summary>
/// Carries out steps in the network namespace of the thread that opened it. One thread at a time may use it. Consecutive steps of one part of the
/// kernel (sets, servers, addresses) go out in one send, some thousand at a time.
/// </summary>
public sealed class IpvsApplier : IDisposable
{
    /// <summary>The interface that kube-proxy keeps the addresses of Services on.</summary>
    public const string KubeLink = IpvsTable.KubeInterface;

    private readonly StepSender _servers;
    private readonly StepSender _sets;
    private readonly StepSender _addresses;

    private IpvsApplier(IpvsConnection ipvs, IpsetConnection ipset, LinkConnection link, string linkName)
    {
        (Ipvs, Ipset, Link) = (ipvs, ipset, link);
        (_servers, _sets, _addresses) = (ipvs.NewSender(), ipset.NewSender(), link.NewSender(linkName));
    }

    /// <summary>To IPVS.</summary>
    public IpvsConnection Ipvs { get; }

    /// <summary>To ipset.</summary>
    public IpsetConnection Ipset { get; }

    /// <summary>To network interfaces.</summary>
    public LinkConnection Link { get; }

    /// <summary>Connects; null when the kernel lacks something of it, or the process the right to it.</summary>
    /// <param name="problem">Why there is none, and what to do, in one sentence.</param>
    /// <param name="linkName">The interface that addresses are given to; it is made when the first is.</param>
    public static IpvsApplier? TryOpen(out string? problem, string linkName = KubeLink)
    {
        var ipvs = IpvsConnection.TryOpen(out problem);
        var ipset = ipvs is null ? null : IpsetConnection.TryOpen(out problem);
        var link = ipset is null ? null : LinkConnection.TryOpen(out problem);
        if (link is null)
        {
            ipset?.Dispose();
            ipvs?.Dispose();
            return null;
        }

        return new IpvsApplier(ipvs!, ipset!, link, linkName);
    }

    /// <summary>Carries out steps in their order. After the send in which one is refused nothing more is sent; what was carried out stays.</summary>
    public IpvsApplyResult Apply(IReadOnlyList<IpvsStep> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        _servers.Begin();
        _sets.Begin();
        _addresses.Begin();
        StepSender? sender = null;
        NetlinkFault? fault = null;
        for (var i = 0; i < steps.Count; i++)
        {
            var next = SenderOf(steps[i]);
            if (sender is not null && (next != sender || sender.IsFull))
            {
                fault = sender.Send();
                if (fault is not null || sender.Refusals is not null)
                {
                    return ResultOf(sender, fault);
                }
            }

            sender = next;
            sender.Add(steps[i], i);
        }

        fault = sender?.Send();
        return ResultOf(sender, fault);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _servers.Dispose();
        _sets.Dispose();
        _addresses.Dispose();
        Ipvs.Dispose();
        Ipset.Dispose();
        Link.Dispose();
    }

    private StepSender SenderOf(IpvsStep step) => step switch
    {
        IpvsStep.AddServer or IpvsStep.EditServer or IpvsStep.RemoveServer or IpvsStep.AddReal or IpvsStep.EditReal or IpvsStep.RemoveReal => _servers,
        IpvsStep.CreateSet or IpvsStep.ReplaceSet or IpvsStep.DestroySet or IpvsStep.AddEntry or IpvsStep.RemoveEntry => _sets,
        IpvsStep.AddAddress or IpvsStep.RemoveAddress => _addresses,
        _ => throw new UnreachableException(),
    };

    private IpvsApplyResult ResultOf(StepSender? sender, NetlinkFault? fault)
    {
        var sent = _servers.Sent + _sets.Sent + _addresses.Sent;
        if (fault is not null)
        {
            return new IpvsApplyResult(sent) { Failure = fault.Describe("a change of virtual servers, sets and addresses") };
        }

        if (sender?.Refusals is not { } refusals)
        {
            return new IpvsApplyResult(sent);
        }

        refusals.Sort((a, b) => a.Step.CompareTo(b.Step));
        return new IpvsApplyResult(sent) { Failure = refusals[0].Message, Refusals = refusals.ToEquatableArray() };
    }
}
