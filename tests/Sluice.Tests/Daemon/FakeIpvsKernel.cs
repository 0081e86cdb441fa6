using Sluice.Daemon;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Linux.Ipvs;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Sluice.Tests.Planning.Ipvs;
using Xunit.Sdk;

namespace Sluice.Tests.Daemon;

/// <summary>Sets, virtual servers and addresses in memory, with faults on demand.</summary>
internal sealed class FakeIpvsKernel : IIpvsKernel
{
    // Whether it may be otherwise than whoever read or wrote it last supposes: then a step may be none that it can carry out.
    private bool _isOther;

    /// <summary>What it holds.</summary>
    public IpvsModelKernel Model { get; } = new();

    /// <summary>The connections of a real server, for those that have any.</summary>
    public Dictionary<(VirtualServerKey, RealServer), uint> Connections { get; } = [];

    /// <summary>Whether a fault of the way to the kernel befalls it before a step; nobody knows then what was carried out.</summary>
    public Func<bool> Fails { get; set; } = () => false;

    /// <summary>Steps that it does not take.</summary>
    public Func<IpvsStep, bool> Refuses { get; set; } = _ => false;

    /// <summary>Whether reading fails.</summary>
    public bool CannotRead { get; set; }

    /// <summary>Called after a survey has read, before it is told what it read.</summary>
    public Action OnSurvey { get; set; } = () => { };

    /// <summary>All steps that were carried out.</summary>
    public List<IpvsStep> Steps { get; } = [];

    /// <summary>How often all of it was read.</summary>
    public int Reads { get; private set; }

    /// <summary>Somebody else changes it.</summary>
    public void Damage(Action<IpvsModelKernel> change)
    {
        change(Model);
        _isOther = true;
    }

    public IpvsContent Read(IpvsLayout layout)
    {
        Reads++;
        _isOther = false;
        return Content(layout);
    }

    public IpvsContent Survey(IpvsLayout layout)
    {
        var content = Content(layout);
        OnSurvey();
        return content;
    }

    public string? ReadReals(VirtualServerKey key, out EquatableArray<RealServer> reals)
    {
        reals = Model.Servers.Servers.FirstOrDefault(s => s.Key == key)?.RealServers
            .Select(r => r with { Counts = new RealServerCounts(Connections.GetValueOrDefault((key, r)), 0) }).ToEquatableArray() ?? [];
        return CannotRead ? "cannot read" : null;
    }

    public IpvsApplyResult Apply(IReadOnlyList<IpvsStep> steps)
    {
        var refusals = new List<IpvsRefusal>();
        for (var i = 0; i < steps.Count; i++)
        {
            if (Fails())
            {
                _isOther = true;
                return new IpvsApplyResult(default) { Failure = "ended half-way" };
            }

            if (Refuses(steps[i]) || !CanApply(steps[i]))
            {
                // What follows in the same send is tried all the same.
                _isOther = true;
                refusals.Add(new IpvsRefusal(i, $"the kernel does not take {steps[i]}"));
            }
        }

        return refusals.Count == 0 ? new IpvsApplyResult(default) : new IpvsApplyResult(default) { Failure = refusals[0].Message, Refusals = [.. refusals] };
    }

    private bool CanApply(IpvsStep step)
    {
        try
        {
            Model.Apply(step);
            Steps.Add(step);
            return true;
        }
        catch (XunitException) when (_isOther)
        {
            return false;
        }
    }

    private IpvsContent Content(IpvsLayout layout) => CannotRead
        ? new IpvsContent.Unreadable("cannot read")
        : new IpvsContent.Found(
            new IpSetTable([.. Model.Sets.Sets.Where(s => layout.Sets.Any(l => l.Name == s.Name))]), Model.Servers, Model.Addresses);
}
