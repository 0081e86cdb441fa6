using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Linux.Ipvs;
using Sluice.Linux.Netlink.Ipset;
using Sluice.Linux.Netlink.Ipvs;
using Sluice.Linux.Netlink.Link;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Daemon;

/// <summary>The kernel of this machine, over netlink: connections for changes, and others for surveys beside them.</summary>
internal sealed class IpvsNodeKernel : IIpvsKernel, IDisposable
{
    private readonly IpvsApplier _applier;
    private readonly IpvsReader _reader;
    private readonly IpvsReader _surveyor;
    private readonly List<IDisposable> _held;

    private IpvsNodeKernel(IpvsApplier applier, IpvsConnection ipvs, IpsetConnection ipset, LinkConnection link)
    {
        _applier = applier;
        _reader = new IpvsReader(applier.Ipvs, applier.Ipset, applier.Link);
        _surveyor = new IpvsReader(ipvs, ipset, link);
        _held = [applier, ipvs, ipset, link];
    }

    /// <summary>Connects.</summary>
    /// <exception cref="CommandFailure">It cannot be had here.</exception>
    public static IpvsNodeKernel Open()
    {
        var held = new List<IDisposable>();
        try
        {
            return new IpvsNodeKernel(
                Held(held, IpvsApplier.TryOpen(out var problem), problem),
                Held(held, IpvsConnection.TryOpen(out problem), problem),
                Held(held, IpsetConnection.TryOpen(out problem), problem),
                Held(held, LinkConnection.TryOpen(out problem), problem));
        }
        catch
        {
            held.ForEach(h => h.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public IpvsContent Read(IpvsLayout layout) => _reader.Read(layout);

    /// <inheritdoc/>
    public IpvsContent Survey(IpvsLayout layout) => _surveyor.Read(layout);

    /// <inheritdoc/>
    public string? ReadReals(VirtualServerKey key, out EquatableArray<RealServer> reals) => _applier.Ipvs.ReadRealServers(key, out reals);

    /// <inheritdoc/>
    public IpvsApplyResult Apply(IReadOnlyList<IpvsStep> steps) => _applier.Apply(steps);

    /// <inheritdoc/>
    public void Dispose() => _held.ForEach(h => h.Dispose());

    private static T Held<T>(List<IDisposable> held, T? connection, string? problem)
        where T : class, IDisposable
    {
        var open = connection ?? throw new CommandFailure($"IPVS mode cannot be used here: {problem}");
        held.Add(open);
        return open;
    }
}
