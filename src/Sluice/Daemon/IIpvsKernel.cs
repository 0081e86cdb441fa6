using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Linux.Ipvs;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Daemon;

/// <summary>What the kernel holds for the Services of one address family in IPVS mode, besides iptables rules. Tests have one of their own.</summary>
internal interface IIpvsKernel
{
    /// <summary>Reads all of it, to be compared with what it shall hold.</summary>
    /// <param name="layout">Which sets to read.</param>
    public IpvsContent Read(IpvsLayout layout);

    /// <summary>Reads all of it on a way of its own: another thread may write meanwhile, and what was written then may be in it or not.</summary>
    /// <param name="layout">Which sets to read.</param>
    public IpvsContent Survey(IpvsLayout layout);

    /// <summary>Reads the real servers of a virtual server, with the connections that they have; none when it is not there.</summary>
    /// <returns>Why they cannot be read; null when they were.</returns>
    public string? ReadReals(VirtualServerKey key, out EquatableArray<RealServer> reals);

    /// <summary>Carries out steps in their order.</summary>
    public IpvsApplyResult Apply(IReadOnlyList<IpvsStep> steps);
}

/// <summary>What the kernel has of Services in IPVS mode.</summary>
internal abstract record IpvsContent
{
    private IpvsContent()
    {
    }

    /// <summary>It was read.</summary>
    /// <param name="Sets">The sets of the layout that are there.</param>
    /// <param name="Servers">The virtual servers, of both families.</param>
    /// <param name="Addresses">The addresses of IPVS' interface, of both families.</param>
    public sealed record Found(IpSetTable Sets, IpvsTable Servers, IReadOnlyList<NetAddress> Addresses) : IpvsContent;

    /// <summary>It cannot be read.</summary>
    /// <param name="Problem">Why, in one sentence.</param>
    public sealed record Unreadable(string Problem) : IpvsContent;
}
