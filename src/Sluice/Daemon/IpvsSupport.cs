using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Kubernetes.Configuration;
using Sluice.Linux.Ipvs;
using Sluice.Linux.Netlink.Ipvs;

namespace Sluice.Daemon;

/// <summary>What IPVS mode needs of the kernel before anything is routed: IPVS with its scheduler, ipset, an interface for addresses, connection tracking.</summary>
internal static class IpvsSupport
{
    /// <summary>Makes it so, and sets how long connections are remembered where the configuration says.</summary>
    /// <exception cref="CommandFailure">It cannot be had here.</exception>
    public static void Require(IpvsConfiguration configuration, EventLog log)
    {
        using var applier = IpvsApplier.TryOpen(out var problem);
        problem ??= applier!.Link.EnsureDummy(IpvsLayout.Interface);
        problem ??= configuration.Scheduler.Length > 0 ? applier!.Ipvs.CheckScheduler(configuration.Scheduler) : null;
        if (problem is not null)
        {
            throw new CommandFailure($"IPVS mode cannot be used here: {problem}");
        }

        IpvsSysctls.Require(log);
    }

    /// <summary>Why the kernel has none of it; null when it has. Nothing is made.</summary>
    public static string? FindObstacle()
    {
        using var applier = IpvsApplier.TryOpen(out var problem);
        return problem;
    }

    /// <summary>Sets how long IPVS remembers idle connections; what cannot be set is told, as kube-proxy does.</summary>
    public static void SetTimeouts(IpvsConfiguration configuration, EventLog log)
    {
        var timeouts = new IpvsTimeouts(OrNull(configuration.TcpTimeout), OrNull(configuration.TcpFinTimeout), OrNull(configuration.UdpTimeout));
        if (timeouts is { Tcp: null, TcpFin: null, Udp: null })
        {
            return;
        }

        using var applier = IpvsApplier.TryOpen(out var problem);
        if ((problem ?? applier!.Ipvs.SetTimeouts(timeouts)) is { } failure)
        {
            log.Warn("IPVS keeps its time limits for idle connections", ("problem", failure));
        }
    }

    private static TimeSpan? OrNull(TimeSpan time) => time > TimeSpan.Zero ? time : null;
}
